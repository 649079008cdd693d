/* replay.c: runs a fuzz target on files, or on every file of directories, without a fuzzer: a
 * corpus as a regression test for any compiler. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { LARGEST = 64 << 20 };

static int run_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data = malloc(LARGEST);
    size_t size = file && data ? fread(data, 1, LARGEST, file) : 0;
    int failed = !file || !data || ferror(file);
    if (failed)
        perror(path);
    else
        LLVMFuzzerTestOneInput(data, size);
    if (file) fclose(file);
    free(data);
    return failed ? -1 : 1;
}

/* The number of files run, or -1. */
static int run(const char *path)
{
    struct stat about;
    if (stat(path, &about) == 0 && !S_ISDIR(about.st_mode)) return run_file(path);
    DIR *directory = opendir(path);
    int n = 0;
    if (!directory) {
        perror(path);
        return -1;
    }
    for (struct dirent *entry; n >= 0 && (entry = readdir(directory)) != NULL;) {
        char inner[4096];
        if (entry->d_name[0] == '.') continue;
        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        n = run_file(inner) < 0 ? -1 : n + 1;
    }
    closedir(directory);
    return n;
}

int main(int argc, char **argv)
{
    int total = 0;
    for (int i = 1; i < argc; i++) {
        int n = run(argv[i]);
        if (n < 0) return 1;
        total += n;
    }
    printf("%s: %d inputs\n", argv[0], total);
    return total > 0 ? 0 : 1;
}
