// SPDX-License-Identifier: Apache-2.0
#include "cli/progress.h"

#include "base/text.h"
#include "cli/terminal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

const char *const gs_progress_choices[] = {[GS_PROGRESS_AUTO] = "auto",
                                           [GS_PROGRESS_BAR] = "bar",
                                           [GS_PROGRESS_JSON] = "json",
                                           [GS_PROGRESS_NONE] = "none",
                                           NULL};

static const double interval_s = 0.1;

static double now_s(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

void gs_progress_start(struct gs_progress *progress, enum gs_progress_mode mode)
{
    if (mode == GS_PROGRESS_AUTO)
        mode = gs_terminal_moves(STDERR_FILENO) ? GS_PROGRESS_BAR : GS_PROGRESS_NONE;
    *progress = (struct gs_progress){.mode = mode, .started_s = now_s(), .shown_s = -INFINITY};
}

static size_t terminal_columns(void)
{
    struct winsize size;
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return 80;
}

/* How many bytes of `text` fit into so many columns. */
static size_t fitting_bytes(const char *text, size_t columns)
{
    size_t bytes = strlen(text);
    while (bytes > 0 && gs_text_width(text, bytes) > columns) {
        do
            bytes--;
        while (bytes > 0 && ((unsigned char)text[bytes] & 0xC0) == 0x80);
    }
    return bytes;
}

/* "reading substations            42 % [=====>      ] 1:05 left", on one line without its end. */
static void append_bar(struct gs_text *text, double fraction, const char *stage, double elapsed_s,
                       size_t columns)
{
    enum { STAGE = 30, NUMBERS = 18, SHORTEST = 10, LONGEST = 30 };
    size_t stage_columns = columns > NUMBERS + 8 ? columns - NUMBERS : 8;
    if (stage_columns > STAGE)
        stage_columns = STAGE;
    gs_text_append_bytes(text, stage, fitting_bytes(stage, stage_columns));
    gs_text_pad(text, stage_columns);
    gs_text_printf(text, " %3d %%", (int)(100 * fraction));
    size_t left = columns > stage_columns + NUMBERS + 3 ? columns - stage_columns - NUMBERS - 3 : 0;
    if (left >= SHORTEST) {
        int width = left < LONGEST ? (int)left : LONGEST, done = (int)(fraction * width);
        gs_text_append(text, " [");
        for (int i = 0; i < width; i++)
            gs_text_append(text, i < done ? "=" : i == done ? ">" : " ");
        gs_text_append(text, "]");
    }
    if (elapsed_s < 1 || fraction < 0.01 || fraction >= 1)
        return;
    double remaining_s = elapsed_s * (1 - fraction) / fraction;
    if (remaining_s < 360000)
        gs_text_printf(text, " %d:%02d left", (int)remaining_s / 60, (int)remaining_s % 60);
}

void gs_progress_show(void *user, double fraction, const char *stage)
{
    struct gs_progress *progress = user;
    if (progress->mode == GS_PROGRESS_NONE)
        return;
    if (!stage)
        stage = "";
    fraction = fraction > 0 ? fmin(fraction, 1) : 0;
    double now = now_s();
    bool new_stage = !progress->stage || strcmp(progress->stage, stage) != 0;
    bool due = now - progress->shown_s >= interval_s;
    /* Programs are told of every stage; a bar that flickers tells nobody anything. */
    if (!due && !(progress->mode == GS_PROGRESS_JSON && (new_stage || fraction >= 1)))
        return;
    struct gs_text text;
    gs_text_init(&text);
    if (progress->mode == GS_PROGRESS_JSON) {
        gs_text_append(&text, "{\"progress\":");
        gs_text_append_rounded(&text, fraction, 4);
        gs_text_append(&text, ",\"stage\":");
        gs_text_append_json(&text, stage);
        gs_text_append(&text, "}\n");
    } else {
        append_bar(&text, fraction, stage, now - progress->started_s, terminal_columns());
        fputs("\r", stderr);
        progress->drawn = true;
    }
    if (text.bytes)
        fputs(text.bytes, stderr);
    if (progress->drawn)
        fputs("\033[K", stderr);
    fflush(stderr);
    gs_text_release(&text);
    progress->stage = stage;
    progress->shown_s = now;
}

void gs_progress_finish(struct gs_progress *progress)
{
    if (progress->drawn)
        fputs("\r\033[K", stderr);
    progress->drawn = false;
}
