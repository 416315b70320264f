// SPDX-License-Identifier: Apache-2.0
#include "base/team.h"

#include "base/mem.h"

/* How often a waiting member looks before it sleeps: some ten microseconds. */
enum { LOOKS = 400 };

struct seat {
    struct gs_member member;
    struct gs_ctx ctx;
    struct team *team;
    pthread_t thread;
    bool started;
    enum gs_status status;
};

struct team {
    enum gs_status (*work)(struct gs_member *member);
    struct gs_gate gate;
    pthread_mutex_t lock; /* over `n`, with the news that it is known */
    pthread_cond_t known;
    size_t n; /* members; 0: still being hired */
};

static void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#endif
}

void gs_gate_pass(struct gs_member *member, void (*alone)(void *user))
{
    struct gs_gate *gate = member->gate;
    size_t round = atomic_load_explicit(&gate->round, memory_order_relaxed);
    pthread_mutex_lock(&gate->lock);
    if (++gate->waiting == gate->n) {
        gate->waiting = 0;
        if (alone)
            alone(member->user);
        atomic_store_explicit(&gate->round, round + 1, memory_order_release);
        pthread_cond_broadcast(&gate->opened);
        pthread_mutex_unlock(&gate->lock);
        return;
    }
    pthread_mutex_unlock(&gate->lock);
    for (int i = 0; i < LOOKS; i++) {
        if (atomic_load_explicit(&gate->round, memory_order_acquire) != round)
            return;
        relax();
    }
    pthread_mutex_lock(&gate->lock);
    while (atomic_load_explicit(&gate->round, memory_order_relaxed) == round)
        pthread_cond_wait(&gate->opened, &gate->lock);
    pthread_mutex_unlock(&gate->lock);
}

static void *run_seat(void *argument)
{
    struct seat *seat = argument;
    struct team *team = seat->team;
    pthread_mutex_lock(&team->lock);
    while (team->n == 0)
        pthread_cond_wait(&team->known, &team->lock);
    seat->member.n = team->n;
    pthread_mutex_unlock(&team->lock);
    seat->status = team->work(&seat->member);
    return NULL;
}

/* Members are numbered without a gap: hiring ends with the first thread that cannot be had. */
static void hire(struct gs_ctx *ctx, struct team *team, struct seat *seats, void *user)
{
    size_t n = 0;
    for (; n < ctx->n_threads; n++) {
        struct seat *seat = &seats[n];
        seat->team = team;
        seat->member =
            (struct gs_member){.ctx = &seat->ctx, .user = user, .number = n, .gate = &team->gate};
        if (n > 0 && pthread_create(&seat->thread, NULL, run_seat, seat))
            break;
        seat->started = true;
    }
    pthread_mutex_lock(&team->lock);
    team->gate.n = team->n = n;
    pthread_cond_broadcast(&team->known);
    pthread_mutex_unlock(&team->lock);
}

enum gs_status gs_team_run(struct gs_ctx *ctx, enum gs_status (*work)(struct gs_member *member),
                           void *user)
{
    struct team team = {.work = work};
    struct seat *seats = GS_ARRAY_ZERO(ctx, struct seat, ctx->n_threads);
    if (!seats)
        return GS_ENOMEM;
    pthread_mutex_init(&team.gate.lock, NULL);
    pthread_cond_init(&team.gate.opened, NULL);
    pthread_mutex_init(&team.lock, NULL);
    pthread_cond_init(&team.known, NULL);
    for (size_t i = 0; i < ctx->n_threads; i++)
        gs_ctx_init_worker(&seats[i].ctx, ctx);
    hire(ctx, &team, seats, user);
    run_seat(&seats[0]);
    for (size_t i = 1; i < team.n; i++)
        pthread_join(seats[i].thread, NULL);
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < ctx->n_threads; i++) {
        if (seats[i].status && !status) {
            status = seats[i].status;
            gs_ctx_merge_worker(ctx, &seats[i].ctx);
        }
        gs_ctx_release_worker(&seats[i].ctx);
    }
    pthread_mutex_destroy(&team.gate.lock);
    pthread_cond_destroy(&team.gate.opened);
    pthread_mutex_destroy(&team.lock);
    pthread_cond_destroy(&team.known);
    gs_free(seats);
    return status;
}
