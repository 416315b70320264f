// SPDX-License-Identifier: Apache-2.0
#include "cli/option.h"

#include "cli/interrupt.h"

#include <getopt.h>
#include <math.h>
#include <string.h>

const char *const gs_format_choices[] = {
    [GS_FORMAT_TEXT] = "text", [GS_FORMAT_JSON] = "json", NULL};

const struct gs_param gs_format_params[GS_FORMAT_PARAMS] = {
    GS_FORMAT_PARAM(0),
};

const struct gs_param gs_study_params[GS_STUDY_PARAMS] = {
    {.key = "layers-dir",
     .type = GS_PARAM_TEXT,
     .placeholder = "DIR",
     .help = "read the layers from DIR in place of the catalogue's `root`",
     .offset = offsetof(struct gs_study_choice, layers_dir)},
    {.key = "set",
     .type = GS_PARAM_TEXTS,
     .placeholder = "PATH=VALUE",
     .help = "change a value of the study, such as facility.pue=1.3",
     .offset = offsetof(struct gs_study_choice, settings)},
    {.key = "untrusted",
     .type = GS_PARAM_FLAG,
     .help =
         "the study is a stranger's: read only plain files of a few formats under the catalogue's "
         "folder, no network, no database, no `sql:`",
     .offset = offsetof(struct gs_study_choice, untrusted)},
    {.key = "time-limit",
     .type = GS_PARAM_QUANTITY,
     .unit = "s",
     .min = 1,
     .max = 1e9,
     .placeholder = "TIME",
     .help =
         "stop after TIME, such as 90 s or 2 h, as Ctrl-C does; 10 minutes with --untrusted when "
         "not given",
     .offset = offsetof(struct gs_study_choice, time_limit_s)},
};

enum { UNTRUSTED_S = 600 };

struct gs_study_options gs_study_options_of(const struct gs_study_choice *choice)
{
    if (choice->time_limit_s > 0)
        gs_interrupt_after((unsigned)ceil(choice->time_limit_s));
    else if (choice->untrusted)
        gs_interrupt_after(UNTRUSTED_S);
    return (struct gs_study_options){
        .layers_dir = choice->layers_dir,
        .settings = choice->settings.items,
        .n_settings = choice->settings.n,
        .untrusted = choice->untrusted,
    };
}

/* An option with the struct its table fills. */
struct slot {
    const struct gs_param *param;
    void *params;
};

/* What getopt_long() wants, made from the tables. */
struct parser {
    struct gs_call *call;
    int argc;
    char **argv;
    struct slot *slots;
    size_t n_slots;
    struct option *long_options;
    char *short_options;
};

enum { LONG_OPTION = 256 }; /* getopt's answer for slot i is LONG_OPTION + i, or its letter */

static enum gs_status make_parser(struct parser *parser)
{
    struct gs_call *call = parser->call;
    size_t n = 0;
    const struct gs_option_group *group;
    for (size_t g = 0; (group = gs_command_group(call->command, g)); g++)
        n += group->n_params;
    parser->slots = GS_ARENA_ARRAY(call->ctx, &call->arena, struct slot, n);
    parser->long_options = GS_ARENA_ARRAY(call->ctx, &call->arena, struct option, n + 1);
    parser->short_options = GS_ARENA_ARRAY(call->ctx, &call->arena, char, 2 * n + 3);
    if (!parser->slots || !parser->long_options || !parser->short_options)
        return GS_ENOMEM;
    /* `-`: arguments come in turn, so options may stand anywhere whatever POSIXLY_CORRECT says;
     * `:`: a missing value is told from an unknown option. */
    char *letters = parser->short_options;
    *letters++ = '-';
    *letters++ = ':';
    for (size_t g = 0; (group = gs_command_group(call->command, g)); g++) {
        char *owner = g < call->command->n_groups ? call->options : (char *)call;
        for (size_t i = 0; i < group->n_params; i++) {
            const struct gs_param *param = &group->params[i];
            size_t slot = parser->n_slots++;
            parser->slots[slot] = (struct slot){param, owner + group->offset};
            bool takes_value = param->type != GS_PARAM_FLAG;
            parser->long_options[slot] = (struct option){
                .name = param->key,
                .has_arg = takes_value ? required_argument : no_argument,
                .val = LONG_OPTION + (int)slot,
            };
            if (!param->short_key)
                continue;
            *letters++ = param->short_key;
            if (takes_value)
                *letters++ = ':';
        }
    }
    return GS_OK;
}

static enum gs_status set_defaults(struct gs_call *call)
{
    call->options = gs_arena_alloc(call->ctx, &call->arena, 1, call->command->options_size);
    if (!call->options)
        return GS_ENOMEM;
    for (size_t g = 0; g < call->command->n_groups; g++) {
        const struct gs_option_group *group = &call->command->groups[g];
        enum gs_status status =
            gs_param_defaults(call->ctx, &call->arena, group->params, group->n_params,
                              (char *)call->options + group->offset);
        if (status)
            return status;
    }
    return GS_OK;
}

static const struct slot *find_slot(const struct parser *parser, int code)
{
    if (code >= LONG_OPTION)
        return &parser->slots[code - LONG_OPTION];
    for (size_t i = 0; i < parser->n_slots; i++)
        if (parser->slots[i].param->short_key == (char)code)
            return &parser->slots[i];
    return NULL;
}

/* Appends to a list; it never holds more items than the command line has words. */
static enum gs_status add_text(struct parser *parser, struct gs_texts *texts, const char *text)
{
    struct gs_call *call = parser->call;
    if (!texts->items)
        texts->items = GS_ARENA_ARRAY(call->ctx, &call->arena, const char *, (size_t)parser->argc);
    if (!texts->items)
        return GS_ENOMEM;
    texts->items[texts->n++] = text;
    return GS_OK;
}

static enum gs_status take_value(struct parser *parser, const struct slot *slot, const char *value)
{
    struct gs_call *call = parser->call;
    struct gs_param param = *slot->param; /* under the name the user typed */
    param.key = gs_arena_printf(call->ctx, &call->arena, "--%s", slot->param->key);
    if (!param.key)
        return GS_ENOMEM;
    if (!*value)
        return gs_fail(call->ctx, GS_EUSAGE, NULL, NULL, "`%s` must not be empty", param.key);
    if (param.type != GS_PARAM_TEXTS)
        return gs_param_parse(call->ctx, &call->arena, &param, NULL, value, NULL, slot->params);
    const char *equals = strchr(value, '=');
    if (strcmp(param.placeholder, "PATH=VALUE") == 0 && (!equals || equals == value))
        return gs_fail(call->ctx, GS_EUSAGE, NULL, NULL, "`%s` must be %s, not `%s`", param.key,
                       param.placeholder, value);
    return add_text(parser, (struct gs_texts *)(void *)((char *)slot->params + param.offset),
                    value);
}

/* The long option that the user may have meant: the one it begins, else the nearest. */
static const char *nearest_option(const struct parser *parser, const char *word)
{
    const char *keys[64];
    size_t n = 0, n_begun = 0;
    const char *begun = NULL;
    for (size_t i = 0; i < parser->n_slots && n < GS_COUNT(keys); i++) {
        keys[n] = parser->slots[i].param->key;
        if (*word && strncmp(keys[n], word, strlen(word)) == 0) {
            begun = keys[n];
            n_begun++;
        }
        n++;
    }
    return n_begun == 1 ? begun : gs_nearest_word(word, keys, n);
}

static enum gs_status refuse_option(const struct parser *parser, const char *word)
{
    struct gs_call *call = parser->call;
    const char *name = call->command->name;
    bool is_long = strncmp(word, "--", 2) == 0;
    size_t length = strcspn(word, "=");
    char *given = is_long ? gs_arena_printf(call->ctx, &call->arena, "%.*s", (int)length, word)
                          : gs_arena_printf(call->ctx, &call->arena, "-%c", optopt);
    if (!given)
        return GS_ENOMEM;
    const char *near = is_long ? nearest_option(parser, given + 2) : NULL;
    char *hint = near ? gs_arena_printf(call->ctx, &call->arena, "did you mean `--%s`?", near)
                      : gs_arena_printf(call->ctx, &call->arena,
                                        "`gigasite %s --help` lists the options", name);
    return hint ? gs_fail(call->ctx, GS_EUSAGE, NULL, hint, "`%s` has no option `%s`", name, given)
                : GS_ENOMEM;
}

/* A flag cannot be given a value, and getopt answers `?` for that as for unknown options. */
static bool is_flag_with_value(const struct parser *parser, const char *word)
{
    const char *equals = strchr(word, '=');
    if (strncmp(word, "--", 2) != 0 || !equals)
        return false;
    for (size_t i = 0; i < parser->n_slots; i++) {
        const char *key = parser->slots[i].param->key;
        if (strlen(key) == (size_t)(equals - word - 2) && strncmp(key, word + 2, strlen(key)) == 0)
            return parser->slots[i].param->type == GS_PARAM_FLAG;
    }
    return false;
}

/* One answer of getopt. `word` is the word of the command line it stands in. */
static enum gs_status take_option(struct parser *parser, int code, const char *word)
{
    struct gs_call *call = parser->call;
    if (code == 1)
        return add_text(parser, &call->arguments, optarg);
    if (code == '?') {
        if (is_flag_with_value(parser, word))
            return gs_fail(call->ctx, GS_EUSAGE, NULL, NULL, "`%.*s` takes no value",
                           (int)strcspn(word, "="), word);
        return refuse_option(parser, word);
    }
    if (code == ':') {
        const struct slot *slot = find_slot(parser, optopt);
        return gs_fail(call->ctx, GS_EUSAGE, NULL, NULL, "`--%s` needs a value",
                       slot ? slot->param->key : word);
    }
    const struct slot *slot = find_slot(parser, code);
    if (!slot)
        return gs_fail(call->ctx, GS_EINTERNAL, NULL, NULL, "`%s` is not understood", word);
    /* getopt takes abbreviations; a later version with more options would break who used them. */
    if (code >= LONG_OPTION && strcspn(word + 2, "=") != strlen(slot->param->key))
        return refuse_option(parser, word);
    if (slot->param->type != GS_PARAM_FLAG)
        return take_value(parser, slot, optarg);
    *(bool *)((char *)slot->params + slot->param->offset) = true;
    return GS_OK;
}

static enum gs_status check_choice(struct gs_call *call, const struct gs_argument *argument,
                                   const char *given)
{
    struct gs_param param = {.key = argument->name,
                             .type = GS_PARAM_CHOICE,
                             .choices = argument->choices};
    int unused;
    return gs_param_parse(call->ctx, &call->arena, &param, NULL, given, NULL, &unused);
}

/* `surplus`: also refuse arguments that are too many; after an unknown option one may be its value.
 */
static enum gs_status check_arguments(struct gs_call *call, bool surplus)
{
    const struct gs_command *command = call->command;
    enum gs_status status = GS_OK;
    for (size_t i = 0; i < command->n_arguments; i++) {
        const struct gs_argument *argument = &command->arguments[i];
        if (i >= call->arguments.n && argument->optional) {
            break;
        } else if (i >= call->arguments.n) {
            char *hint = gs_arena_printf(call->ctx, &call->arena, "`gigasite %s --help` shows how",
                                         command->name);
            status = gs_fail(call->ctx, GS_EUSAGE, NULL, hint, "`%s` needs %s: %s", command->name,
                             argument->name, argument->help);
        } else if (argument->choices && check_choice(call, argument, call->arguments.items[i])) {
            status = GS_EUSAGE;
        }
    }
    if (command->n_arguments && command->arguments[command->n_arguments - 1].repeated)
        surplus = false;
    for (size_t i = command->n_arguments; surplus && i < call->arguments.n; i++)
        status = gs_fail(call->ctx, GS_EUSAGE, NULL, NULL, "`%s` takes no argument `%s`",
                         command->name, call->arguments.items[i]);
    return status;
}

enum gs_status gs_options_parse(struct gs_call *call, int argc, char **argv)
{
    struct parser parser = {.call = call, .argc = argc, .argv = argv};
    enum gs_status status = set_defaults(call);
    if (status == GS_OK)
        status = make_parser(&parser);
    if (status)
        return status;
    opterr = 0;
    optind = 1;
    for (;;) {
        const char *word = optind < argc ? argv[optind] : "";
        int code = getopt_long(argc, argv, parser.short_options, parser.long_options, NULL);
        if (code == -1)
            break;
        if (take_option(&parser, code, word))
            status = GS_EUSAGE;
        if (call->help)
            return status;
    }
    for (int i = optind; i < argc; i++) /* what follows `--` */
        if (add_text(&parser, &call->arguments, argv[i]))
            return GS_ENOMEM;
    if (check_arguments(call, status == GS_OK))
        status = GS_EUSAGE;
    return status;
}
