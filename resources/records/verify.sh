#!/bin/sh
# Checks this bundle with jq, openssl, sha256sum and base64 alone. Use: sh verify.sh [FOLDER]
# FOLDER is where the bundle was unpacked; without it, where this file lies.
# Prints a line for each fault. Exit status: 0 no fault, 1 faults, 2 a tool is missing.
LC_ALL=C
export LC_ALL
type_wanted='application/vnd.in-toto+json'
tab=$(printf '\t')
# One line a record: file, payload type, key id, signature, payload, number, predecessor.
parts='def no: [input_filename, "no envelope"];
    try (if type == "object" and keys == ["payload", "payloadType", "signatures"]
             and (.signatures | type == "array" and length == 1)
             and (.signatures[0] | type == "object" and keys == ["keyid", "sig"])
         then (.payload | @base64d | fromjson | .predicate) as $said
             | [input_filename, .payloadType, .signatures[0].keyid, .signatures[0].sig, .payload,
                ($said.seq | tostring), ($said.prev // "none"),
                ($said.kind // "none"), ($said.batch // "none")]
         else no end) catch no | @tsv'

for tool in jq openssl sha256sum base64 mktemp cmp comm find sort sed cut grep wc xargs; do
    command -v "$tool" >/dev/null || { echo "$tool is missing on this machine" >&2; exit 2; }
done
cd "${1:-$(dirname "$0")}" || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM
: >"$work/faults"
: >"$work/places"
: >"$work/places.before"

fault() {
    printf 'FAULT  %s\n' "$1"
    echo >>"$work/faults"
}

sum_of() {
    sha256sum <"$1" | cut -c 1-64
}

# 1. Everything listed is here, and everything here is listed.
check_contents() {
    : >"$work/listed"
    [ -f contents.txt ] || { fault 'contents.txt is missing'; return; }
    grep -Evn '^[0-9a-f]{64}  ([a-z]+/)?[A-Za-z0-9-]+\.[a-z-]+$' contents.txt |
        while read -r line; do fault "contents.txt has a line that is none: $line"; done
    cut -c 67- contents.txt | sort >"$work/listed"
    find . ! -type d | sed 's|^\./||' | grep -vx 'contents.txt' | sort >"$work/here"
    sort -u "$work/listed" | cmp -s - "$work/listed" || fault 'contents.txt lists a file twice'
    while read -r sum name; do
        if [ -L "$name" ] || [ ! -f "$name" ]; then
            fault "$name is listed in contents.txt and missing"
        else
            check_listed "$sum" "$name"
        fi
    done <contents.txt
    while read -r name; do
        grep -Fqx -- "$name" "$work/listed" || fault "$name is here and not listed in contents.txt"
    done <"$work/here"
}

check_listed() {
    case $2 in
    envelopes/* | roster/* | schemes/*)  # named by their SHA-256, which is checked below
        case $2 in */"$1".*) ;; *) fault "$2 is listed with another SHA-256 than its name" ;; esac ;;
    *) [ "$(sum_of "$2")" = "$1" ] || fault "$2 is not the file that contents.txt lists" ;;
    esac
}

# 2. Each key and each scheme is the one that its name says.
check_keys() {
    for file in keys/*.pem; do
        [ -f "$file" ] || continue
        openssl pkey -pubin -in "$file" -outform DER -out "$work/der" 2>/dev/null || : >"$work/der"
        name=${file#keys/}
        [ "$(sum_of "$work/der")" = "${name%.pem}" ] || fault "$file is not the key of its name"
    done
    for file in schemes/*.toml; do
        [ -f "$file" ] || continue
        name=${file#schemes/}
        [ "$(sum_of "$file")" = "${name%.toml}" ] || fault "$file is not the scheme of its name"
    done
}

# 3. Each record: id, shape, payload type, signature over DSSE's encoding.
check_records() {
    find envelopes roster -type f -name '*.json' 2>/dev/null |
        grep -E '^(envelopes|roster)/[0-9a-f]{64}\.json$' | sort >"$work/files"
    records=$(($(wc -l <"$work/files")))
    [ "$records" -gt 0 ] || { fault 'there is no record here'; return; }
    xargs -n 500 sha256sum <"$work/files" >"$work/sums"
    while read -r sum file; do
        case $file in
        */"$sum".json) echo "$file" ;;
        *) fault "$file changed: its SHA-256 is not its id" >&3 ;;
        esac
    done <"$work/sums" 3>&1 >"$work/whole"
    # jq stops at a file that is no JSON: what it did not come to is read one by one.
    xargs -n 500 jq -r "$parts" <"$work/whole" >"$work/table" 2>/dev/null
    cut -f 1 "$work/table" | sort -u | comm -13 - "$work/whole" >"$work/left"
    while read -r file; do
        jq -r "$parts" "$file" >"$work/row" 2>/dev/null && [ -s "$work/row" ] &&
            cat "$work/row" >>"$work/table" || fault "$file is not JSON"
    done <"$work/left"
    while IFS=$tab read -r file type keyid sig payload seq prev kind of; do
        check_record
    done <"$work/table"
}

check_record() {
    [ "$type" != 'no envelope' ] || { fault "$file is not shaped like an envelope"; return; }
    [ "$type" = "$type_wanted" ] || { fault "$file has another payload type"; return; }
    printf '{"payload":"%s","payloadType":"%s","signatures":[{"keyid":"%s","sig":"%s"}]}' \
        "$payload" "$type" "$keyid" "$sig" | cmp -s - "$file" ||
        { fault "$file is not canonical JSON"; return; }
    case $keyid in *[!0-9a-f]* | '') fault "$file names no key"; return ;; esac
    [ -f "keys/$keyid.pem" ] || { fault "$file is signed by a key that is not here"; return; }
    padding=${payload##*[!=]}
    size=$((${#payload} / 4 * 3 - ${#padding}))
    { printf 'DSSEv1 %d %s %d ' "${#type}" "$type" "$size"
        printf '%s' "$payload" | base64 -d; } >"$work/pae" 2>/dev/null
    printf '%s' "$sig" | base64 -d >"$work/sig" 2>/dev/null
    openssl pkeyutl -verify -rawin -pubin -inkey "keys/$keyid.pem" -sigfile "$work/sig" \
        -in "$work/pae" >/dev/null 2>&1 || { fault "$file has a signature that does not hold"; return; }
    case $batch in none | "$of") ;; *)
        [ "$of" = none ] || fault "$file is of another batch than bundle.json names" ;;
    esac
    [ "$kind $of" != "batch $batch" ] || batch_records=$((batch_records + 1))
    id=${file#*/}
    echo "$keyid $seq ${id%.json} here" >>"$work/places"
    [ "$prev" = none ] || echo "$keyid $((seq - 1)) $prev" >>"$work/places.before"
}

# 4. Each record stands in its chain, after the one it names; what a chain says is here is here.
check_chains() {
    : >"$work/lines"
    for file in chains/*.txt; do
        [ -f "$file" ] || continue
        name=${file#chains/}
        unproved=
        sed "s/^/${name%.txt} /" "$file" >>"$work/lines"
        while read -r seq id where; do
            check_proof
            if [ "$where" = here ] && [ ! -f "envelopes/$id.json" ] && [ ! -f "roster/$id.json" ]
            then
                grep -Fq "/$id.json" "$work/listed" ||  # if listed, it was told above
                    fault "record $id, number $seq in $file, is missing"
            fi
        done <"$file"
    done
    grep -Fvxf "$work/lines" "$work/places" |
        while read -r key seq id where; do
            fault "record $id is not number $seq in chains/$key.txt"
        done
    cut -d ' ' -f 1-3 "$work/lines" >"$work/lines.before"
    grep -Fvxf "$work/lines.before" "$work/places.before" |
        while read -r key seq id; do
            fault "record $id is not number $seq in chains/$key.txt, and one here follows it"
        done
}

# A key's records are logged in order: one without a proof stands before none that has one.
check_proof() {
    if [ -f "proofs/$id.tlog-proof" ]; then
        for one in $unproved; do
            fault "record $one has no proof in proofs/, and a later one of its key has"
        done
        unproved=
    elif [ "$where" = here ]; then
        unproved="$unproved $id"
    fi
}

# 5. There is as much of everything as bundle.json states.
check_counts() {
    cat chains/*.txt 2>/dev/null | grep -c ' withheld$' >"$work/withheld"
    read -r withheld <"$work/withheld"
    proofs=$(($(find proofs -type f -name '*.tlog-proof' 2>/dev/null | wc -l)))
    check_count records "$records"
    check_count batch_records "$batch_records"
    check_count proofs "$proofs"
    check_count withheld "$withheld"
    for file in chains/*.txt; do
        [ -f "$file" ] || continue
        name=${file#chains/}
        echo "${name%.txt} $(grep -c ' withheld$' "$file")"
    done | sort >"$work/by_key"
    jq -r '.withheld_by_key | to_entries[] | "\(.key) \(.value)"' bundle.json 2>/dev/null |
        sort | cmp -s - "$work/by_key" ||
        fault 'bundle.json states other numbers of records withheld than chains/ lists'
}

check_count() {
    stated=$(jq -r ".$1" bundle.json 2>/dev/null)
    [ "$stated" = "$2" ] || fault "bundle.json states $stated for $1, and it is $2"
}

records=0
batch_records=0
batch=$(jq -r '.batch // "none"' bundle.json 2>/dev/null)
check_contents
check_keys
check_records
check_chains
check_counts
if [ -s "$work/faults" ]; then
    faults=$(($(wc -l <"$work/faults")))
    [ "$faults" = 1 ] && word=fault || word=faults
    echo "$records records checked, $faults $word"
    exit 1
fi
echo "$records records verified"
[ "$withheld" = 0 ] || echo "$withheld withheld: they belong to other work"
