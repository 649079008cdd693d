/* test_table.c: numbers that read back, tables out, rows in from CSV, TSV and gzip, and the bytes
 * below them. */
#include "unit.h"

#include "random/random.h"
#include "table/source.h"
#include "table/table.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

/* ---- numbers ------------------------------------------------------------------------------- */

static void numbers_are_shortest(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } cases[] = {{0, "0"},
                 {0.1, "0.1"},
                 {1.0 / 3, "0.3333333333333333"},
                 {63.75, "63.75"},
                 {-0.0, "-0"},
                 {1e300, "1e+300"},
                 {0.30000000000000004, "0.30000000000000004"},
                 {5e-324, "5e-324"},
                 {123456789012345680.0, "1.2345678901234568e+17"}};
    char buffer[32];
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        assert_string_equal(spk_format_real(cases[c].value, buffer), cases[c].text);
    assert_string_equal(spk_format_real32(0.1f, buffer), "0.1");
    assert_string_equal(spk_format_real32(1.0f / 3, buffer), "0.33333334");
    assert_string_equal(spk_format_real(INFINITY, buffer), "inf");
}

static void numbers_read_back(void **state)
{
    (void)state;
    spk_key key = spk_random_key(1, "test/table");
    for (uint32_t i = 0; i < 50000; i++) {
        uint32_t w[4];
        spk_philox(key, (uint32_t[]){i, 0, 0, 0}, w);
        uint64_t bits = (uint64_t)w[0] << 32 | w[1];
        double wide, wide_back;
        float narrow, narrow_back;
        memcpy(&wide, &bits, sizeof wide);
        memcpy(&narrow, &w[2], sizeof narrow);
        if (isnan(wide) || isnan(narrow)) continue;
        char buffer[32];
        wide_back = strtod(spk_format_real(wide, buffer), NULL);
        assert_memory_equal(&wide, &wide_back, sizeof wide);
        narrow_back = strtof(spk_format_real32(narrow, buffer), NULL);
        assert_memory_equal(&narrow, &narrow_back, sizeof narrow);
    }
}

/* ---- tables out ---------------------------------------------------------------------------- */

static const char *const columns[] = {"name", "n", "shift", "rate", NULL};

static char *print_table(bool json)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    spk_error err;
    spk_table *table = spk_table_open(out, json, columns, &err);
    spk_table_text(table, "a\tb\\\"\n\x01");
    spk_table_u64(table, UINT64_MAX);
    spk_table_i64(table, INT64_MIN);
    spk_table_real(table, 0.5);
    spk_table_end_row(table);
    spk_table_text(table, "");
    spk_table_missing(table);
    spk_table_real32(table, NAN);
    spk_table_real(table, INFINITY);
    spk_table_end_row(table);
    for (int i = 0; i < 2; i++)
        spk_table_derived(table, i ? 2e6 / 3 : 2.0 / 3);
    spk_table_derived(table, NAN);
    spk_table_derived(table, 2);
    spk_table_end_row(table);
    assert_int_equal(spk_table_close(table, &err), 0);
    fclose(out);
    return text;
}

static void tables_in_both_formats(void **state)
{
    (void)state;
    char *tsv = print_table(false), *json = print_table(true);
    assert_string_equal(tsv,
                        "name\tn\tshift\trate\n"
                        "a\\tb\\\\\"\\n\\x01\t18446744073709551615\t-9223372036854775808\t0.5\n"
                        "\t\t\tinf\n"
                        "0.666667\t666667\t\t2\n");
    assert_string_equal(json, "{\"name\":\"a\\tb\\\\\\\"\\n\\u0001\",\"n\":18446744073709551615,"
                              "\"shift\":-9223372036854775808,\"rate\":0.5}\n"
                              "{\"name\":\"\",\"n\":null,\"shift\":null,\"rate\":null}\n"
                              "{\"name\":0.6666666666666666,\"n\":666666.6666666666,"
                              "\"shift\":null,\"rate\":2}\n");
    free(tsv);
    free(json);
}

static void a_short_row_is_a_bug(void **state)
{
    (void)state;
    spk_error err;
    FILE *out = fopen("/dev/null", "w");
    spk_table *table = spk_table_open(out, false, columns, &err);
    spk_table_u64(table, 1);
    spk_table_end_row(table);
    assert_int_equal(spk_table_close(table, &err), -1);
    assert_int_equal(err.code, SPK_BUG);
    fclose(out);
}

static void a_full_disk_is_reported(void **state)
{
    (void)state;
    spk_error err;
    FILE *out = fopen("/dev/full", "w");
    if (!out) skip();
    spk_table *table = spk_table_open(out, false, columns, &err);
    assert_int_equal(spk_table_close(table, &err), -1);
    assert_int_equal(err.code, SPK_IO);
    assert_string_equal(err.text, "cannot write: No space left on device");
    fclose(out);
}

/* ---- rows in ------------------------------------------------------------------------------- */

/* A file descriptor that reads `bytes` back. */
static int file_of(const void *bytes, size_t n)
{
    FILE *file = tmpfile();
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    fflush(file);
    int fd = dup(fileno(file));
    fclose(file);
    lseek(fd, 0, SEEK_SET);
    return fd;
}

static int gzip_of(const void *bytes, size_t n, int members)
{
    char path[] = "/tmp/spk-test-XXXXXX";
    int fd = mkstemp(path);
    unlink(path);
    for (int m = 0; m < members; m++) {
        gzFile gz = gzdopen(dup(fd), "wb");
        assert_int_equal(gzwrite(gz, bytes, (unsigned)n), (int)n);
        gzclose(gz);
    }
    lseek(fd, 0, SEEK_SET);
    return fd;
}

/* All rows as "line:cell|cell;" or the error's text. */
static void all_rows(int fd, char separator, char *text, size_t room)
{
    spk_error err = {0};
    spk_rows *rows = spk_rows_open(fd, "in.csv", separator, &err);
    assert_non_null(rows);
    const char *const *cells;
    size_t n, used = 0;
    int more;
    *text = '\0';
    while ((more = spk_rows_next(rows, &cells, &n, &err)) > 0) {
        used += (size_t)snprintf(text + used, room - used, "%d:", (int)spk_rows_line(rows));
        for (size_t c = 0; c < n; c++)
            used +=
                (size_t)snprintf(text + used, room - used, "%s%c", cells[c], c + 1 < n ? '|' : ';');
    }
    if (more < 0) snprintf(text + used, room - used, "%s", err.text);
    spk_rows_close(rows);
    close(fd);
}

static void expect_rows(const char *csv, const char *want)
{
    char got[2000];
    all_rows(file_of(csv, strlen(csv)), 0, got, sizeof got);
    assert_string_equal(got, want);
    all_rows(gzip_of(csv, strlen(csv), 1), 0, got, sizeof got);
    assert_string_equal(got, want);
}

static void rows_of_csv_and_tsv(void **state)
{
    (void)state;
    expect_rows("a,b\n1, 2 \n", "1:a|b;2:1|2;");
    expect_rows("1,2", "1:1|2;");
    expect_rows("", "");
    expect_rows("\n\n", "");
    expect_rows("\xef\xbb\xbf"
                "1,2\r\n\r\n3,4\r\n",
                "1:1|2;3:3|4;");
    expect_rows("1\r2\r3", "1:1;2:2;3:3;");
    expect_rows("\"a,\"\"b\"\"\",c\n\"x\ny\",z\n7,8\n", "1:a,\"b\"|c;2:x\ny|z;4:7|8;");
    expect_rows("a\tb,c\n\"1\t2\n", "1:a|b,c;2:\"1|2;");
    expect_rows(",,\n", "1:||;");
    expect_rows("1\n \n\n2\n", "1:1;4:2;");
}

static void bad_rows_say_where(void **state)
{
    (void)state;
    expect_rows("1,2\n3,4\"5\n", "1:1|2;in.csv:2: a quote inside a cell that is not quoted");
    expect_rows("1\n\"2\n3", "1:1;in.csv:2: the file ends inside quotes that began on this line");
    char got[200];
    all_rows(file_of("1\n2\0\n", 5), 0, got, sizeof got);
    assert_string_equal(got, "1:1;in.csv:2: a zero byte: not a text file");
}

static void a_row_has_limits(void **state)
{
    (void)state;
    size_t n = 17 << 20;
    char *text = malloc(n);
    char got[200];
    memset(text, 'x', n);
    all_rows(file_of(text, n), 0, got, sizeof got);
    assert_string_equal(got, "in.csv:1: row of more than 16 MiB");
    memset(text, ',', 3 << 20);
    all_rows(file_of(text, 3 << 20), 0, got, sizeof got);
    assert_string_equal(got, "in.csv:1: row of more than 1048576 cells");
    free(text);
}

/* ---- bytes below --------------------------------------------------------------------------- */

static void gzip_members_follow_one_another(void **state)
{
    (void)state;
    char got[200];
    all_rows(gzip_of("1,2\n", 4, 3), 0, got, sizeof got);
    assert_string_equal(got, "1:1|2;2:1|2;3:1|2;");
}

static void zeros_behind_gzip_are_padding(void **state)
{
    (void)state;
    char got[200];
    const char zeros[700] = "";
    int fd = gzip_of("1,2\n", 4, 1);
    lseek(fd, 0, SEEK_END);
    assert_int_equal(write(fd, zeros, sizeof zeros), sizeof zeros);
    lseek(fd, 0, SEEK_SET);
    all_rows(fd, 0, got, sizeof got);
    assert_string_equal(got, "1:1|2;");
}

/* Read everything in odd pieces; returns bytes read, or -1. */
static int64_t drain(int fd, spk_error *err)
{
    spk_source *source = spk_source_open(fd, "in.gz", err);
    if (!source) return -1;
    char piece[977];
    uint64_t got = 0, total = 0;
    int status;
    while ((status = spk_source_read(source, piece, sizeof piece, &got, err)) == 0 && got > 0)
        total += got;
    if (status == 0) assert_int_equal(spk_source_offset(source), total);
    spk_source_close(source);
    return status ? -1 : (int64_t)total;
}

static void cut_and_damaged_gzip_is_an_error(void **state)
{
    (void)state;
    size_t n = 300000;
    char *plain = malloc(n);
    for (size_t i = 0; i < n; i++)
        plain[i] = (char)(i * 2654435761u >> 13);
    int fd = gzip_of(plain, n, 1);
    off_t size = lseek(fd, 0, SEEK_END);
    lseek(fd, 0, SEEK_SET);
    spk_error err = {0};
    assert_int_equal(drain(fd, &err), n);

    for (off_t cut = size - 1; cut > 2; cut = cut * 9 / 10) {
        assert_int_equal(ftruncate(fd, cut), 0);
        lseek(fd, 0, SEEK_SET);
        assert_int_equal(drain(fd, &err), -1);
        assert_int_equal(err.code, SPK_DATA);
        assert_string_equal(err.text, "in.gz: gzip data ends too early (cut off?)");
    }
    close(fd);

    fd = gzip_of(plain, n, 1);
    assert_int_equal(pwrite(fd, "\xff\xff\xff\xff", 4, size / 2), 4);
    assert_int_equal(drain(fd, &err), -1);
    assert_non_null(strstr(err.text, "in.gz: damaged gzip data"));
    close(fd);
    free(plain);
}

static void peeking_consumes_nothing(void **state)
{
    (void)state;
    spk_error err;
    int fd = file_of("hello", 5);
    spk_source *source = spk_source_open(fd, "in", &err);
    const unsigned char *bytes;
    size_t n;
    assert_int_equal(spk_source_peek(source, 3, &bytes, &n, &err), 0);
    assert_true(n >= 3 && memcmp(bytes, "hel", 3) == 0);
    spk_source_consume(source, 2);
    assert_int_equal(spk_source_peek(source, 100, &bytes, &n, &err), 0);
    assert_int_equal(n, 3);
    assert_memory_equal(bytes, "llo", 3);
    assert_false(spk_source_compressed(source));
    spk_source_close(source);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_shortest),
        cmocka_unit_test(numbers_read_back),
        cmocka_unit_test(tables_in_both_formats),
        cmocka_unit_test(a_short_row_is_a_bug),
        cmocka_unit_test(a_full_disk_is_reported),
        cmocka_unit_test(rows_of_csv_and_tsv),
        cmocka_unit_test(bad_rows_say_where),
        cmocka_unit_test(a_row_has_limits),
        cmocka_unit_test(gzip_members_follow_one_another),
        cmocka_unit_test(zeros_behind_gzip_are_padding),
        cmocka_unit_test(cut_and_damaged_gzip_is_an_error),
        cmocka_unit_test(peeking_consumes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
