/* load.h: the parts of spk_network_load, one file each; private to lib/network. */
#ifndef SPK_NETWORK_LOAD_H
#define SPK_NETWORK_LOAD_H

#include "network/network.h"
#include "json/json.h"

enum { SPK_DELAY_MAX_STEPS = 1 << 20 };
#define SPK_POSITION_MAX                                                                           \
    1e9 /* a coordinate's size: squares and sums stay finite and exact enough */
#define SPK_EXTENT_MIN 1e-9

/* The words of "a|b|c" as a NULL-terminated array; at most 15 words. */
typedef struct spk_words {
    char text[256];
    const char *word[16];
} spk_words;
void spk_words_split(spk_words *words, const char *joined);

/* Fail on a member of `object` that is not in `known`, as spk_json_check_keys does, but first look
 * for a known key without its unit ("C_m") or with another one ("C_m_nF"). */
int spk_check_members(const spk_json *doc, const cJSON *object, const char *const *known,
                      spk_error *err);
/* True for keys that the file's author keeps for himself: "x-..." and "_...". */
bool spk_is_comment(const char *key);

/* Member `key`: a number or a distribution whose results lie in [min, max]. Absent: an error if
 * `required`, else *out stays. */
int spk_read_value(const spk_json *doc, const cJSON *object, const char *key, bool required,
                   double min, double max, spk_value *out, spk_error *err);
/* The same of a parameter of units: a list, too, whose values are looked up by spk_look_up_list. */
int spk_read_unit_value(const spk_json *doc, const cJSON *object, const char *key, bool required,
                        double min, double max, spk_value *out, spk_error *err);
/* The same of a projection whose ends are at most `reach` apart: a function of the distance, too.
 * reach < 0: its ends have no positions, or they do not fit; `why` says which. */
int spk_read_synapse_value(const spk_json *doc, const cJSON *object, const char *key, bool required,
                           double min, double max, double reach, const char *why, spk_value *out,
                           spk_error *err);
/* A finite number in [min, max]. */
int spk_read_number(const spk_json *doc, const cJSON *object, const char *key, bool required,
                    double min, double max, double *out, spk_error *err);
/* Member `key`, milliseconds, as a whole number of steps in [min, SPK_DELAY_MAX_STEPS * 1024]. */
int spk_read_steps(const spk_json *doc, const cJSON *object, const char *key, bool required,
                   const spk_network *net, uint64_t min, uint64_t *out, spk_error *err);

/* What stands at `node`, milliseconds, as a whole number of steps. */
int spk_node_steps(const spk_json *doc, const cJSON *node, const spk_network *net, uint64_t *out,
                   spk_error *err);

/* The values of a descriptor table (a model's parameters, a rule's): `out` has one for each row.
 * `extra` keys (NULL-terminated, or NULL) are allowed beside the table's. */
int spk_read_parameters(const spk_json *doc, const cJSON *object, const spk_parameter *table,
                        const char *const *extra, spk_value *out, spk_error *err);
size_t spk_parameter_count(const spk_parameter *table);
/* Those of its rows that are lists; the others are passed over, here as there. */
int spk_read_lists(const spk_json *doc, const cJSON *object, const spk_parameter *table,
                   spk_reals *out, spk_error *err);

/* trains.c: "spike_times_ms" of a spike_generator. */
int spk_load_trains(const spk_json *doc, const cJSON *params, const spk_network *net,
                    spk_population *pop, spk_error *err);
void spk_trains_free(spk_trains *trains); /* NULL is ignored */

/* device.c: the times of a device whose parameters were read; a projection from one. */
int spk_load_device(const spk_json *doc, const cJSON *params, const spk_network *net,
                    spk_population *pop, spk_error *err);
int spk_check_device_projection(const spk_json *doc, const cJSON *object, const spk_network *net,
                                const spk_projection *p, spk_error *err);

/* "at least 3", for messages. */
void spk_describe_range(double min, double max, char *text, size_t size);
int spk_check_finite(const spk_json *doc, const cJSON *node, spk_error *err);

/* list.c: {"list": [...]} and {"file": ..., "column": ...}. */
bool spk_is_list(const cJSON *object);
int spk_read_list(const spk_json *doc, const cJSON *object, spk_value *out, spk_error *err);
/* Member `key` of `object` was read as *value: if it is a list, fetch its values, check their number
 * and range. */
int spk_look_up_list(const spk_json *doc, const cJSON *object, const char *key,
                     const spk_network *net, const spk_population *pop, double min, double max,
                     spk_value *value, spk_error *err);
void spk_list_free(spk_unit_list *list); /* NULL is ignored */
/* Member "digest" of what names a file, "" when it is absent; and a look at whether it is right. */
int spk_read_digest(const spk_json *doc, const cJSON *object, char digest[33], spk_error *err);
int spk_check_digest(const spk_json *doc, const cJSON *object, const char *file,
                     const char *expected, const char *found, spk_error *err);

/* position.c: "position" of a population, whose size, if it is known, is pop->size. */
int spk_load_position(const spk_json *doc, const cJSON *object, const spk_network *net,
                      spk_population *pop, spk_error *err);
/* Read the grid's numbers, rows first, as shape. */
int spk_read_dims(const spk_json *doc, const cJSON *node, spk_population *pop, spk_error *err);
/* What a grid is without an extent: 1 x 1 around 0. */
void spk_position_of_shape(spk_population *pop);
bool spk_position_is_shape(const spk_population *pop);
void spk_position_free(spk_position *position);
/* The largest distance of two units of two populations; -1 and *why when there is none. */
double spk_position_reach(const spk_population *source, const spk_population *target,
                          const char **why);
/* A pair or triple of finite numbers. */
int spk_read_point(const spk_json *doc, const cJSON *node, uint32_t dims, double out[3],
                   spk_error *err);

/* room.c: SPK_LIMIT where `bytes`, beside what has been read, are more than the network's limit: to read
 * n, or `more` than n, of `what` from `file`. Before they are allocated. */
int spk_network_room(const spk_network *net, double bytes, const char *file, bool more, uint64_t n,
                     const char *what, spk_error *err);
/* spk_grow() for one more than n, within the limit. */
int spk_network_grow(const spk_network *net, void *array, size_t *capacity, size_t n, size_t size,
                     const char *file, const char *what, spk_error *err);

/* edges.c: {"rule": "edges", "file": ...}. */
int spk_load_edges(const spk_json *doc, const cJSON *connect, const spk_network *net,
                   spk_projection *p, spk_error *err);
void spk_edges_free(spk_edges *edges); /* NULL is ignored */
/* Of memory, once they have been read. */
double spk_edges_bytes(const spk_edges *edges, uint32_t sources);

/* gap.c: "synapse" and "make_symmetric"; then, of gap junctions whose weight was read, what is
 * particular to them. */
int spk_read_synapse_kind(const spk_json *doc, const cJSON *object, spk_projection *p,
                          spk_error *err);
int spk_check_gap(const spk_json *doc, const cJSON *object, const spk_network *net,
                  spk_projection *p, spk_error *err);

/* near.c: "p" and "mask" of pairwise_bernoulli. */
int spk_load_near(const spk_json *doc, const cJSON *connect, const spk_network *net,
                  spk_projection *p, spk_error *err);

/* course.c: a rule's parameters that are multiplied by a modulator's value, once the others are read;
 * and "kernel", once all else is. */
int spk_read_modulations(const spk_json *doc, const cJSON *plasticity, const spk_network *net,
                         spk_projection *p, spk_error *err);
int spk_load_course(const spk_json *doc, const cJSON *object, const spk_network *net,
                    spk_projection *p, spk_error *err);
int spk_load_populations(const spk_json *doc, spk_network *net, spk_error *err);
int spk_load_projections(const spk_json *doc, spk_network *net, spk_error *err);
int spk_load_on_sample(const spk_json *doc, spk_network *net, spk_error *err);
int spk_load_record(const spk_json *doc, spk_network *net, spk_error *err);

/* Is `text` 1 to SPK_NAME_MAX letters, digits, _ and -? */
bool spk_is_tag(const char *text);
/* A population called `name`, which stands at `node`; -1 with the nearest name. */
int spk_find_population(const spk_json *doc, const cJSON *node, const char *name,
                        const spk_network *net, spk_error *err);

/* Fill net->file, of a network that has been read. */
int spk_network_list_files(spk_network *net, spk_error *err);
/* The network as JSON text, every default filled in; to free(). */
char *spk_network_expand(const spk_network *net, spk_error *err);

/* Which keys a connection rule takes beside "rule" and "seed". */
typedef struct spk_rule_keys {
    const char *count; /* "indegree", "outdegree", "N"; NULL: none */
    bool probability, autapses, multapses;
    bool drawn; /* who is connected is random */
} spk_rule_keys;
const spk_rule_keys *spk_connect_keys(spk_connection_rule rule);

#endif
