// SPDX-License-Identifier: Apache-2.0
#include "kernel/distance.h"

#include "base/mem.h"
#include "base/vector.h"

#include <math.h>
#include <string.h>

enum {
    FAR = 1 << 29,  /* a row that no grid has, whose difference from any other is no overflow */
    EDGE = 16,      /* how far the sieve looks to either side */
    NARROW = 16000, /* 2 × its square is below NONE, which stands for the square of no column */
    NONE = 1 << 29,
};

/* Touched rows from the row it is listed under to `last`; the column's next run begins at `next`.
 */
struct run {
    int32_t col, last, next;
};

struct gs_touched {
    size_t n_cols, n_rows; /* of the burnt grid */
    long col0, row0;
    struct run *runs;  /* by first row, then column */
    size_t *row_start; /* n_rows + 1 */
    size_t n_runs;
    int32_t *first; /* of each column: where its first run begins; FAR: it has none */
};

void gs_touched_free(struct gs_touched *touched)
{
    if (!touched)
        return;
    gs_free(touched->runs);
    gs_free(touched->row_start);
    gs_free(touched->first);
    gs_free(touched);
}

bool gs_touched_is_empty(const struct gs_touched *touched)
{
    return touched->n_runs == 0;
}

uint64_t gs_touched_bytes(const struct gs_touched *touched)
{
    return touched->n_runs * sizeof *touched->runs + touched->n_rows * sizeof(size_t) +
           touched->n_cols * sizeof *touched->first;
}

/* -- from spans to runs ---------------------------------------------------------------------- */

struct builder {
    struct gs_touched *touched;
    size_t capacity, n_words;
    size_t *open; /* per column: its latest run; SIZE_MAX: none yet */
    /* of spans that are items: */
    uint64_t *rows[2]; /* which columns are touched in the even row and in the odd one */
    size_t *by_row;    /* spans, by row */
    size_t *row_at;    /* n_rows + 1 */
};

/* A column begins or ceases to be touched at `row`. */
static enum gs_status turn(struct gs_ctx *ctx, struct builder *b, size_t col, size_t row,
                           bool begins)
{
    struct gs_touched *t = b->touched;
    if (!begins) {
        t->runs[b->open[col]].last = (int32_t)row - 1;
        return GS_OK;
    }
    enum gs_status status = gs_grow(ctx, &t->runs, &b->capacity, t->n_runs + 1, sizeof *t->runs);
    if (status)
        return status;
    if (b->open[col] == SIZE_MAX)
        t->first[col] = (int32_t)row;
    else
        t->runs[b->open[col]].next = (int32_t)row;
    b->open[col] = t->n_runs;
    t->runs[t->n_runs++] = (struct run){(int32_t)col, (int32_t)t->n_rows - 1, FAR};
    return GS_OK;
}

/* Which columns are touched in a row; stays until two rows later. */
static const uint64_t *columns_of(struct builder *b, const struct gs_spans *spans, size_t row)
{
    if (spans->bits)
        return spans->bits + row * spans->row_words;
    uint64_t *now = b->rows[row % 2];
    memset(now, 0, b->n_words * sizeof *now);
    for (size_t i = b->row_at[row]; i < b->row_at[row + 1]; i++) {
        const struct gs_span *span = &spans->items[b->by_row[i]];
        gs_mark(now, (size_t)span->first, (size_t)span->end);
    }
    return now;
}

static enum gs_status build_row(struct gs_ctx *ctx, struct builder *b, const uint64_t *now,
                                const uint64_t *before, size_t row)
{
    enum gs_status status = GS_OK;
    for (size_t w = 0; w < b->n_words && !status; w++)
        for (uint64_t changed = before ? now[w] ^ before[w] : now[w]; changed && !status;
             changed &= changed - 1) {
            int bit = __builtin_ctzll(changed);
            status = turn(ctx, b, w * 64 + (size_t)bit, row, now[w] >> bit & 1);
        }
    return status;
}

/* Places of the spans in order of their rows. */
static enum gs_status sort_by_row(struct gs_ctx *ctx, struct builder *b,
                                  const struct gs_spans *spans)
{
    size_t n_rows = b->touched->n_rows, sum = 0;
    b->rows[0] = GS_ARRAY(ctx, uint64_t, b->n_words);
    b->rows[1] = GS_ARRAY(ctx, uint64_t, b->n_words);
    b->by_row = GS_ARRAY(ctx, size_t, spans->n);
    b->row_at = GS_ARRAY_ZERO(ctx, size_t, n_rows + 1);
    if (!b->rows[0] || !b->rows[1] || !b->by_row || !b->row_at)
        return GS_ENOMEM;
    for (size_t i = 0; i < spans->n; i++)
        b->row_at[spans->items[i].row + 1]++;
    for (size_t r = 0; r <= n_rows; r++)
        b->row_at[r] = sum += b->row_at[r];
    for (size_t i = spans->n; i-- > 0;)
        b->by_row[--b->row_at[spans->items[i].row + 1]] = i;
    /* what was the end of row r is now its beginning, one place too far on */
    memmove(b->row_at, b->row_at + 1, n_rows * sizeof *b->row_at);
    b->row_at[n_rows] = spans->n;
    return GS_OK;
}

static enum gs_status build(struct gs_ctx *ctx, struct builder *b, const struct gs_spans *spans)
{
    struct gs_touched *t = b->touched;
    b->n_words = t->n_cols / 64 + 1;
    b->open = GS_ARRAY(ctx, size_t, t->n_cols);
    t->row_start = GS_ARRAY_ZERO(ctx, size_t, t->n_rows + 1);
    t->first = GS_ARRAY(ctx, int32_t, t->n_cols);
    if (!b->open || !t->row_start || !t->first)
        return GS_ENOMEM;
    for (size_t c = 0; c < t->n_cols; c++) {
        b->open[c] = SIZE_MAX;
        t->first[c] = FAR;
    }
    enum gs_status status = spans->bits ? GS_OK : sort_by_row(ctx, b, spans);
    const uint64_t *before = NULL;
    for (size_t row = 0; row < t->n_rows && !status; row++) {
        const uint64_t *now = columns_of(b, spans, row);
        t->row_start[row] = t->n_runs;
        status = build_row(ctx, b, now, before, row);
        before = now;
    }
    t->row_start[t->n_rows] = t->n_runs;
    return status;
}

enum gs_status gs_touched_new(struct gs_ctx *ctx, const struct gs_spans *spans,
                              const struct gs_grid *burnt, long col0, long row0,
                              struct gs_touched **out)
{
    struct gs_touched *touched = GS_NEW(ctx, struct gs_touched);
    if (!touched)
        return GS_ENOMEM;
    touched->n_cols = burnt->n_cols;
    touched->n_rows = burnt->n_rows;
    touched->col0 = col0;
    touched->row0 = row0;
    struct builder builder = {.touched = touched};
    enum gs_status status = build(ctx, &builder, spans);
    gs_free(builder.open);
    gs_free(builder.rows[0]);
    gs_free(builder.rows[1]);
    gs_free(builder.by_row);
    gs_free(builder.row_at);
    if (status)
        gs_touched_free(touched);
    else
        *out = touched;
    return status;
}

/* -- going down the rows --------------------------------------------------------------------- */

struct gs_sweep {
    const struct gs_touched *touched;
    size_t n_cols;          /* of the rows that are asked for */
    long next_row;          /* of the burnt grid: rows before it are done */
    int32_t *above, *below; /* per burnt column: last touched row not after this one, unless the run
                               goes on; next touched row */
    /* g² of each burnt column, with EDGE more at either end: in whole numbers where those are below
     * NARROW², else in doubles. */
    int32_t *narrow;
    double *square;
    uint64_t *kept;    /* a byte per column: may it be on the envelope? */
    double *at, *high; /* of those on the envelope: u, and u² + g² */
    double *own;       /* g² */
    int32_t *starts;   /* the column from which on it is the nearest */
    int32_t *nearest;  /* per column: who is nearest, as a place on the envelope */
    float *column_f, *own_f;
};

uint64_t gs_sweep_bytes(const struct gs_touched *touched, size_t n_cols)
{
    size_t burnt = touched->n_cols;
    return burnt * (4 * sizeof(int32_t) + 4 * sizeof(double) + 2 * sizeof(float) + 1) +
           n_cols * sizeof(int32_t);
}

void gs_sweep_free(struct gs_sweep *sweep)
{
    if (!sweep)
        return;
    gs_free(sweep->above);
    gs_free(sweep->below);
    gs_free(sweep->narrow);
    gs_free(sweep->square);
    gs_free(sweep->kept);
    gs_free(sweep->at);
    gs_free(sweep->high);
    gs_free(sweep->own);
    gs_free(sweep->starts);
    gs_free(sweep->nearest);
    gs_free(sweep->column_f);
    gs_free(sweep->own_f);
    gs_free(sweep);
}

static void restart(struct gs_sweep *sweep)
{
    sweep->next_row = 0;
    for (size_t c = 0; c < sweep->touched->n_cols; c++) {
        sweep->above[c] = -FAR;
        sweep->below[c] = sweep->touched->first[c];
    }
}

enum gs_status gs_sweep_new(struct gs_ctx *ctx, const struct gs_touched *touched, size_t n_cols,
                            struct gs_sweep **out)
{
    struct gs_sweep *s = GS_NEW(ctx, struct gs_sweep);
    if (!s)
        return GS_ENOMEM;
    size_t n = touched->n_cols;
    s->touched = touched;
    s->n_cols = n_cols;
    s->above = GS_ARRAY(ctx, int32_t, n);
    s->below = GS_ARRAY(ctx, int32_t, n);
    s->narrow = GS_ARRAY(ctx, int32_t, n + 2 * EDGE);
    s->square = GS_ARRAY(ctx, double, n + 2 * EDGE);
    s->kept = GS_ARRAY_ZERO(ctx, uint64_t, n / 8 + 1);
    s->at = GS_ARRAY(ctx, double, n + 1);
    s->high = GS_ARRAY(ctx, double, n + 1);
    s->own = GS_ARRAY(ctx, double, n + 1);
    s->starts = GS_ARRAY(ctx, int32_t, n + 1);
    s->nearest = GS_ARRAY(ctx, int32_t, n_cols + 1);
    s->column_f = GS_ARRAY(ctx, float, n + 1);
    s->own_f = GS_ARRAY(ctx, float, n + 1);
    if (!s->above || !s->below || !s->narrow || !s->square || !s->kept || !s->at || !s->high ||
        !s->own || !s->starts || !s->nearest || !s->column_f || !s->own_f) {
        gs_sweep_free(s);
        return GS_ENOMEM;
    }
    restart(s);
    *out = s;
    return GS_OK;
}

/* While a run lasts, `above` is its last row, so that the difference is not positive. */
static void go_to(struct gs_sweep *sweep, long row)
{
    const struct gs_touched *t = sweep->touched;
    if (row + 1 < sweep->next_row)
        restart(sweep);
    for (; sweep->next_row <= row && sweep->next_row < (long)t->n_rows; sweep->next_row++)
        for (size_t i = t->row_start[sweep->next_row]; i < t->row_start[sweep->next_row + 1]; i++) {
            sweep->above[t->runs[i].col] = t->runs[i].last;
            sweep->below[t->runs[i].col] = t->runs[i].next;
        }
}

/* g² of every column; NONE beyond the limit. */
GS_VECTORISED static void square_narrow(const int32_t *above, const int32_t *below, size_t n,
                                        int32_t row, int32_t limit, int32_t *square)
{
    for (size_t i = 0; i < n; i++) {
        int32_t up = row - above[i], down = below[i] - row;
        up = up > 0 ? up : 0;
        int32_t g = up < down ? up : down;
        g = g < 0 ? 0 : g;
        g = g > limit ? NARROW : g;
        square[i] = g == NARROW ? NONE : g * g;
    }
}

GS_VECTORISED static void square_wide(const int32_t *above, const int32_t *below, size_t n,
                                      int32_t row, int32_t limit, double *square)
{
    for (size_t i = 0; i < n; i++) {
        int32_t up = row - above[i], down = below[i] - row;
        up = up > 0 ? up : 0;
        int32_t g = up < down ? up : down;
        g = g < 0 ? 0 : g;
        double far = g > limit ? (double)INFINITY : 0, d = (double)g;
        square[i] = d * d + far;
    }
}

/* A column is on no envelope when its parabola lies nowhere below both of those s columns to either
 * side: 2 g² >= g-² + g+² + 2 s². Most are found out by near ones. A touched cell between two
 * others is nearest to itself alone, which is told without an envelope. `square` goes on for EDGE
 * columns at either end. */
#define SIEVE(s) (2 * here >= square[i - (s)] + square[i + (s)] + 2 * (s) * (s))
#define BETWEEN  ((here + square[i - 1] + square[i + 1]) == 0)

GS_VECTORISED static void sieve_narrow(const int32_t *square, size_t n, uint8_t *kept)
{
    for (ptrdiff_t i = 0; i < (ptrdiff_t)n; i++) { /* looks at places before 0 */
        int32_t here = square[i];
        int hidden =
            (here >= NONE) | SIEVE(1) | SIEVE(2) | SIEVE(4) | SIEVE(8) | SIEVE(16) | BETWEEN;
        kept[i] = !hidden;
    }
}

GS_VECTORISED static void sieve_wide(const double *square, size_t n, uint8_t *kept)
{
    for (ptrdiff_t i = 0; i < (ptrdiff_t)n; i++) { /* looks at places before 0 */
        double here = square[i];
        int hidden = !(here < (double)INFINITY) | SIEVE(1) | SIEVE(2) | SIEVE(4) | BETWEEN;
        kept[i] = !hidden;
    }
}

/* Is the middle one of three parabolas nowhere the lowest? In the plane of (u, u² + g²) it lies on
 * or above the line between the others. Exact while products stay below 2^53, else by `wide`. */
static inline bool is_hidden(double ua, double ha, double ub, double hb, double uc, double hc)
{
    return (hb - ha) * (uc - ub) >= (hc - hb) * (ub - ua);
}

static bool is_hidden_wide(double ua, double ha, double ub, double hb, double uc, double hc)
{
    return (__int128)(hb - ha) * (__int128)(uc - ub) >= (__int128)(hc - hb) * (__int128)(ub - ua);
}

static bool is_hidden_plain(double ua, double ha, double ub, double hb, double uc, double hc)
{
    return is_hidden(ua, ha, ub, hb, uc, hc);
}

/* The envelope so far, its last two parabolas at hand. */
struct envelope {
    double *at, *high, *own;
    size_t n;
    double ua, ha, ub, hb;
};

static inline void drop_last(struct envelope *e)
{
    e->n--;
    e->ub = e->ua;
    e->hb = e->ha;
    if (e->n > 1) {
        e->ua = e->at[e->n - 2];
        e->ha = e->high[e->n - 2];
    }
}

static inline void add_last(struct envelope *e, double u, double h, double own)
{
    e->at[e->n] = u;
    e->high[e->n] = h;
    e->own[e->n++] = own;
    e->ua = e->ub, e->ha = e->hb;
    e->ub = u, e->hb = h;
}

/* `kept` holds a byte per column, eight to a word; words without any are passed over. Columns count
 * from 0 here. */
GS_VECTORISED static size_t build_narrow(const uint64_t *kept, const int32_t *square, size_t n_cols,
                                         double *at, double *high, double *own)
{
    struct envelope e = {at, high, own, 0, 0, 0, 0, 0};
    for (size_t word = 0; word <= n_cols / 8; word++)
        for (uint64_t bytes = kept[word]; bytes; bytes &= bytes - 1) {
            size_t i = word * 8 + (size_t)__builtin_ctzll(bytes) / 8;
            double own_square = (double)square[i], u = (double)(int32_t)i, h = u * u + own_square;
            while (e.n > 1 && is_hidden(e.ua, e.ha, e.ub, e.hb, u, h))
                drop_last(&e);
            add_last(&e, u, h, own_square);
        }
    return e.n;
}

static size_t build_wide(const uint64_t *kept, const double *square, size_t n_cols, bool exact,
                         double *at, double *high, double *own)
{
    bool (*hidden)(double, double, double, double, double, double) =
        exact ? is_hidden_plain : is_hidden_wide;
    struct envelope e = {at, high, own, 0, 0, 0, 0, 0};
    for (size_t i = 0; i < n_cols; i++) {
        if (!((const uint8_t *)kept)[i])
            continue;
        double u = (double)i, h = u * u + square[i];
        while (e.n > 1 && hidden(e.ua, e.ha, e.ub, e.hb, u, h))
            drop_last(&e);
        add_last(&e, u, h, square[i]);
    }
    return e.n;
}

/* Where each parabola of the envelope becomes the lowest: the first whole x past the point that is
 * as near to the one before. The quotient of whole numbers below 2^53 cannot round to a whole
 * number unless it is one, as its denominator is below 2^21. */
GS_VECTORISED static void place_nearest(const double *at, const double *high, size_t n, double col0,
                                        size_t n_cols, int32_t *starts, int32_t *nearest)
{
    double end = (double)n_cols;
    for (size_t k = 1; k < n; k++) {
        double from = floor((high[k] - high[k - 1]) / (2 * (at[k] - at[k - 1]))) + 1 + col0;
        starts[k] = (int32_t)(from < 0 ? 0 : from > end ? end : from);
    }
    memset(nearest, 0, n_cols * sizeof *nearest);
    for (size_t k = 1; k < n; k++) /* one place more than there are columns, for those beyond */
        nearest[starts[k]] = (int32_t)k;
    int32_t last = 0;
    for (size_t x = 0; x < n_cols; x++)
        nearest[x] = last = nearest[x] > last ? nearest[x] : last;
}

GS_VECTORISED static void shift_columns(const double *at, const double *own, size_t n, double col0,
                                        float *at_f, float *own_f)
{
    for (size_t i = 0; i < n; i++) {
        at_f[i] = (float)(at[i] + col0);
        own_f[i] = (float)own[i];
    }
}

/* Columns are below 2^24 here, so that differences are whole; squares are rounded to float. */
GS_VECTORISED static void measure_columns(const int32_t *nearest, const float *at, const float *own,
                                          size_t n, float limit, float scale, float *out)
{
    for (size_t x = 0; x < n; x++) {
        int32_t k = nearest[x];
        float dx = (float)(int32_t)x - at[k];
        float d = sqrtf(dx * dx + own[k]);
        out[x] = d > limit ? (float)INFINITY : d * scale;
    }
}

/* Touched cells are at no distance from themselves, on the envelope or not. */
GS_VECTORISED static void clear_narrow(const int32_t *square, size_t n, float *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = square[i] == 0 ? 0 : out[i];
}

static void clear_wide(const double *square, size_t n, float *out)
{
    for (size_t i = 0; i < n; i++)
        out[i] = square[i] == 0 ? 0 : out[i];
}

/* Squares of the row `at` of the burnt grid, and the envelope they make. */
static size_t build_envelope(struct gs_sweep *s, long at, double limit, bool narrow)
{
    const struct gs_touched *t = s->touched;
    size_t n_cols = t->n_cols;
    int32_t reach = limit < FAR / 2 ? (int32_t)limit : FAR / 2;
    if (narrow) {
        int32_t *square = s->narrow + EDGE;
        for (int i = 0; i < EDGE; i++)
            s->narrow[i] = square[n_cols + (size_t)i] = NONE;
        square_narrow(s->above, s->below, n_cols, (int32_t)at, reach < NARROW ? reach : NARROW - 1,
                      square);
        sieve_narrow(square, n_cols, (uint8_t *)s->kept);
    } else {
        double *square = s->square + EDGE;
        for (int i = 0; i < EDGE; i++)
            s->square[i] = square[n_cols + (size_t)i] = INFINITY;
        square_wide(s->above, s->below, n_cols, (int32_t)at, reach, square);
        sieve_wide(square, n_cols, (uint8_t *)s->kept);
    }
    /* products of the envelope are below n² + g² times n */
    double n = (double)n_cols, g = fmin(limit, (double)t->n_rows + fabs((double)at));
    bool exact = (n * n + g * g) * n < 0x1p52;
    if (narrow && exact)
        return build_narrow(s->kept, s->narrow + EDGE, n_cols, s->at, s->high, s->own);
    for (size_t i = 0; narrow && i < n_cols; i++)
        s->square[EDGE + i] = (double)s->narrow[EDGE + i];
    return build_wide(s->kept, s->square + EDGE, n_cols, exact, s->at, s->high, s->own);
}

void gs_sweep_row(struct gs_sweep *s, long row, double limit, float scale, float *out)
{
    const struct gs_touched *t = s->touched;
    long at = row - t->row0, last = (long)t->n_rows - 1;
    bool narrow = limit < NARROW || (at > last - at ? at : last - at) < NARROW;
    go_to(s, at);
    size_t n_kept = build_envelope(s, at, limit, narrow);
    if (n_kept == 0) {
        for (size_t x = 0; x < s->n_cols; x++)
            out[x] = INFINITY;
        return;
    }
    double col0 = (double)t->col0;
    place_nearest(s->at, s->high, n_kept, col0, s->n_cols, s->starts, s->nearest);
    shift_columns(s->at, s->own, n_kept, col0, s->column_f, s->own_f);
    measure_columns(s->nearest, s->column_f, s->own_f, s->n_cols, (float)limit, scale, out);
    long from = t->col0 > 0 ? t->col0 : 0, to = t->col0 + (long)t->n_cols;
    to = to < (long)s->n_cols ? to : (long)s->n_cols;
    if (from >= to)
        return;
    if (narrow)
        clear_narrow(s->narrow + EDGE + (from - t->col0), (size_t)(to - from), out + from);
    else
        clear_wide(s->square + EDGE + (from - t->col0), (size_t)(to - from), out + from);
}
