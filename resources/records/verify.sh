#!/bin/sh
# Checks this bundle with jq, openssl, sha256sum and base64 alone. Use: sh verify.sh [FOLDER]
# FOLDER is where the bundle was unpacked; without it, where this file lies.
# Prints a line for each fault. Exit status: 0 no fault, 1 faults, 2 a tool is missing.
LC_ALL=C
export LC_ALL
type_wanted='application/vnd.in-toto+json'
shape='if type == "object" and keys == ["payload", "payloadType", "signatures"]
          and (.signatures | type == "array" and length == 1)
          and (.signatures[0] | type == "object" and keys == ["keyid", "sig"])
       then .payloadType, .signatures[0].keyid, .signatures[0].sig else "no envelope" end'

for tool in jq openssl sha256sum base64 mktemp cmp find sort sed cut grep wc; do
    command -v "$tool" >/dev/null || { echo "$tool is missing on this machine" >&2; exit 2; }
done
cd "${1:-$(dirname "$0")}" || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
trap 'exit 2' HUP INT TERM
: >"$work/faults"

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
    keys/*) ;;  # named by the SHA-256 of the key inside, which is checked below
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

# 3. Each record: id, shape, payload type, signature over DSSE's encoding, place in its chain.
check_record() {
    name=${1#*/}
    id=${name%.json}
    [ "$(sum_of "$1")" = "$id" ] || { fault "$1 changed: its SHA-256 is not its id"; return; }
    jq -jcS . "$1" 2>/dev/null | cmp -s - "$1" || { fault "$1 is not canonical JSON"; return; }
    jq -r "$shape" "$1" >"$work/parts" 2>/dev/null
    { read -r type && read -r keyid && read -r sig; } <"$work/parts" ||
        { fault "$1 is not shaped like an envelope"; return; }
    [ "$type" = "$type_wanted" ] || { fault "$1 has another payload type"; return; }
    case $keyid in *[!0-9a-f]* | '') fault "$1 names no key"; return ;; esac
    [ -f "keys/$keyid.pem" ] || { fault "$1 is signed by a key that is not here, $keyid"; return; }
    if ! { jq -j .payload "$1" | base64 -d >"$work/payload" &&
        printf '%s' "$sig" | base64 -d >"$work/sig"; } 2>/dev/null; then
        fault "$1 is not base64 inside"
        return
    fi
    size=$(($(wc -c <"$work/payload")))
    { printf 'DSSEv1 %d %s %d ' "${#type}" "$type" "$size" && cat "$work/payload"; } >"$work/pae"
    openssl pkeyutl -verify -rawin -pubin -inkey "keys/$keyid.pem" -sigfile "$work/sig" \
        -in "$work/pae" >/dev/null 2>&1 || { fault "$1 has a signature that does not hold"; return; }
    check_place "$1" "$id" "$keyid"
}

check_place() {
    chain=chains/$3.txt
    jq -r '.predicate | .seq, (.prev // "none")' "$work/payload" >"$work/place" 2>/dev/null
    { read -r seq && read -r prev; } <"$work/place" || { fault "$1 has no number"; return; }
    grep -qx "$seq $2 here" "$chain" 2>/dev/null || fault "$1 is not number $seq in $chain"
    if [ "$prev" != none ]; then
        grep -Eqx "$((seq - 1)) $prev (here|withheld)" "$chain" 2>/dev/null ||
            fault "$1 follows a record that is not number $((seq - 1)) in $chain"
    fi
}

# 4. Each record that a chain says is here is here.
check_chains() {
    for file in chains/*.txt; do
        [ -f "$file" ] || continue
        while read -r seq id where; do
            if [ "$where" = here ] && [ ! -f "envelopes/$id.json" ] && [ ! -f "roster/$id.json" ]
            then
                grep -Fq "/$id.json" "$work/listed" ||  # if listed, it was told above
                    fault "record $id, number $seq in $file, is missing"
            fi
        done <"$file"
    done
}

check_contents
check_keys
check_chains
records=0
for file in roster/*.json envelopes/*.json; do
    [ -f "$file" ] || continue
    check_record "$file"
    records=$((records + 1))
done
[ "$records" -gt 0 ] || fault 'there is no record here'
if [ -s "$work/faults" ]; then
    echo "$records records checked, $(($(wc -l <"$work/faults"))) faults"
    exit 1
fi
echo "$records records verified"
