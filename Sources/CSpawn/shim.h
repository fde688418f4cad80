#include <spawn.h>

/* glibc 2.34 and later. Its header declares it only for programs that define _GNU_SOURCE, which Swift does not. */
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
