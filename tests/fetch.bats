# fetch.bats: share/datasets/fetch, always against a file:// mirror.
load helper

# A copy of fetch that knows one small data set of two files, and a mirror that holds it.
setup() {
    cd "$BATS_TEST_TMPDIR" || return 1
    cp "$ROOT/share/datasets/fetch" .
    mkdir mirror
    head -c 100000 /dev/urandom > mirror/images.gz
    echo labels > mirror/labels.gz
    printf 'mirror\ttoy\tfile:///nowhere\n' > sources.tsv
    local file
    for file in images.gz labels.gz; do
        printf 'file\ttoy\t%s\t%s\t%s\n' "$(sha256sum < mirror/$file | cut -d ' ' -f 1)" \
            "$(stat -c %s mirror/$file)" $file
    done >> sources.tsv
}

fetch_toy() {
    ./fetch --into data --mirror "file://$PWD/mirror" toy
}

@test "fetch puts the files of a set under its name" {
    run fetch_toy
    assert_success
    cmp mirror/images.gz data/toy/images.gz
    cmp mirror/labels.gz data/toy/labels.gz
    assert_equal "$(ls data/toy | wc -l)" 2
}

@test "fetch again verifies and does not download" {
    fetch_toy
    rm -r mirror
    run fetch_toy
    assert_success
    assert_output --partial 'data/toy/images.gz: already there, SHA-256 right'
}

@test "a corrupted file never gets its name: exit 4" {
    cp mirror/images.gz good
    printf 'X' | dd of=mirror/images.gz bs=1 seek=5000 conv=notrunc status=none
    run fetch_toy
    assert_failure 4
    assert_output --partial 'not the published file (SHA-256 should be '
    [ ! -e data/toy/images.gz ]
    [ ! -e data/toy/images.gz.part ]
    mv good mirror/images.gz
    fetch_toy
    cmp mirror/images.gz data/toy/images.gz
}

@test "a damaged file that is already there is an error, and stays" {
    fetch_toy
    echo changed > data/toy/labels.gz
    run fetch_toy
    assert_failure 4
    assert_output --partial 'remove it to download it again'
    assert_equal "$(cat data/toy/labels.gz)" changed
}

@test "a partial download is resumed from where it stopped" {
    mkdir -p data/toy
    head -c 60000 mirror/images.gz > data/toy/images.gz.part
    # The first 60,000 bytes of the mirror are unreadable rubbish now: only a resumed file is right.
    cp mirror/images.gz good
    head -c 60000 /dev/zero | dd of=mirror/images.gz conv=notrunc status=none
    run fetch_toy
    assert_success
    cmp good data/toy/images.gz
    [ ! -e data/toy/images.gz.part ]
}

@test "a stale partial download is thrown away" {
    mkdir -p data/toy
    head -c 60000 /dev/zero > data/toy/images.gz.part
    head -c 200000 /dev/zero > data/toy/labels.gz.part
    run fetch_toy
    assert_success
    cmp mirror/images.gz data/toy/images.gz
    cmp mirror/labels.gz data/toy/labels.gz
}

@test "a partial download that is whole is only verified" {
    mkdir -p data/toy
    cp mirror/images.gz data/toy/images.gz.part
    run fetch_toy
    assert_success
    cmp mirror/images.gz data/toy/images.gz
}

@test "no mirror: exit 3, what had arrived is kept" {
    mkdir -p data/toy
    head -c 60000 mirror/images.gz > data/toy/images.gz.part
    run ./fetch --into data toy
    assert_failure 3
    assert_output --partial 'no mirror gave the file'
    cmp <(head -c 60000 mirror/images.gz) data/toy/images.gz.part
}

@test "without curl: exit 3 and the package to install" {
    mkdir bin
    local tool
    for tool in sh awk dirname cut sha256sum mkdir; do
        ln -s "$(command -v $tool)" bin/
    done
    PATH=$PWD/bin run ./fetch toy
    assert_failure 3
    assert_output --partial 'apt-get install curl'
}

@test "an unknown set or option is a usage error that names the known ones" {
    run ./fetch mnits
    assert_failure 2
    assert_output --partial 'one of toy'
    run ./fetch --form x toy
    assert_failure 2
    run ./fetch
    assert_failure 2
}

@test "the pinned SHA-256 are those of the published MNIST and Fashion-MNIST" {
    local name
    for name in mnist fashion-mnist; do
        need_data $name/train-images-idx3-ubyte.gz
        run "$ROOT/share/datasets/fetch" --mirror "file://$(realpath "$SPK_DATA")/$name" $name
        assert_success
        assert_equal "$(ls $name/*.gz | wc -l)" 4
    done
}

@test "make-digits makes the shipped digits from its source, and from nothing else" {
    assert_equal "$(gzip -dc "$DIGITS/digits.csv.gz" | wc -l)" 1798
    gzip -dc "$DIGITS/digits.csv.gz" | tail -n +2 | gzip -9n > source.gz
    # The same rows packed anew are not the file that scikit-learn ships.
    run "$DIGITS/make-digits" source.gz
    assert_failure 4
    local table
    table=$(gzip -dc "$DIGITS/digits.csv.gz" | sha256sum | cut -d ' ' -f 1)
    grep -q "^TABLE_SHA256=$table$" "$DIGITS/make-digits"
    grep -q "$table" "$DIGITS/README.md"
    grep -q "$(sha256sum < "$DIGITS/digits.csv.gz" | cut -d ' ' -f 1)" "$DIGITS/README.md"
}
