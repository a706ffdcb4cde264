/* The text of every <p>: an extractor in C, without a library.
   Build it beside its extractor.toml: cc -O2 -o paragraphs paragraphs.c */

#define _POSIX_C_SOURCE 200809L
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Bytes with their number: a page may hold a NUL. */
struct text {
    char *bytes;
    size_t length, room;
};

static void put(struct text *to, char byte) {
    if (to->length == to->room) {
        to->room = to->room ? 2 * to->room : 4096;
        to->bytes = realloc(to->bytes, to->room);
        if (!to->bytes) {
            fputs("Cannot allocate memory\n", stderr); /* Lubb knows these words */
            exit(1);
        }
    }
    to->bytes[to->length++] = byte;
}

/* A code point in UTF-8; half a surrogate pair, which has none, becomes U+FFFD. */
static void put_code_point(struct text *to, unsigned long code) {
    if (code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) code = 0xFFFD;
    if (code < 0x80) {
        put(to, (char)code);
    } else if (code < 0x800) {
        put(to, (char)(0xC0 | code >> 6));
        put(to, (char)(0x80 | (code & 0x3F)));
    } else if (code < 0x10000) {
        put(to, (char)(0xE0 | code >> 12));
        put(to, (char)(0x80 | (code >> 6 & 0x3F)));
        put(to, (char)(0x80 | (code & 0x3F)));
    } else {
        put(to, (char)(0xF0 | code >> 18));
        put(to, (char)(0x80 | (code >> 12 & 0x3F)));
        put(to, (char)(0x80 | (code >> 6 & 0x3F)));
        put(to, (char)(0x80 | (code & 0x3F)));
    }
}

/* Reading JSON. `at` moves on; a line ends with NUL, and Lubb sends no other unescaped. */

/* Four hexadecimal digits, or as many as there are. */
static const char *read_unit(const char *at, unsigned long *unit) {
    *unit = 0;
    for (int i = 0; i < 4 && isxdigit((unsigned char)*at); i++, at++)
        *unit = *unit * 16 + (unsigned long)(isdigit((unsigned char)*at) ? *at - '0' : (*at | 32) - 'a' + 10);
    return at;
}

/* After "\u": one unit, or two when the first is half a surrogate pair and the other half follows. */
static const char *read_escape(const char *at, struct text *to) {
    unsigned long code, low;
    at = read_unit(at, &code);
    if (code >= 0xD800 && code < 0xDC00 && at[0] == '\\' && at[1] == 'u') {
        const char *behind = read_unit(at + 2, &low);
        if (low >= 0xDC00 && low < 0xE000) {
            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            at = behind;
        }
    }
    put_code_point(to, code);
    return at;
}

/* From the opening quotation mark to behind the closing one. */
static const char *read_string(const char *at, struct text *to) {
    static const char names[] = "bfnrt", values[] = "\b\f\n\r\t";
    to->length = 0;
    for (++at; *at && *at != '"';) {
        if (*at != '\\') {
            put(to, *at++);
        } else if (*++at == 'u') {
            at = read_escape(at + 1, to);
        } else if (*at) {
            const char *name = strchr(names, *at);
            put(to, name ? values[name - names] : *at);
            at++;
        }
    }
    return *at ? at + 1 : at;
}

/* Over a value that is not wanted, whatever is nested in it. */
static const char *skip_value(const char *at, struct text *scratch) {
    int depth = 0;
    do {
        if (*at == '"') {
            at = read_string(at, scratch);
            continue;
        }
        if (depth == 0 && (*at == ',' || *at == '}')) break;
        depth += (*at == '{' || *at == '[') - (*at == '}' || *at == ']');
        at++;
    } while (*at && (depth > 0 || (*at != ',' && *at != '}')));
    return at;
}

static bool is(const struct text *text, const char *word) {
    return text->length == strlen(word) && memcmp(text->bytes, word, text->length) == 0;
}

/* The two members of a request that are of use here. False when it lacks one. */
static bool read_request(const char *at, long long *id, struct text *html, struct text *scratch) {
    bool has_id = false, has_html = false;
    at += strspn(at, " \t\r\n{");
    while (*at == '"') {
        at = read_string(at, scratch);
        at += strspn(at, " \t:");
        if (is(scratch, "id")) {
            char *end;
            *id = strtoll(at, &end, 10);
            has_id = end != at;
            at = end;
        } else if (is(scratch, "html") && *at == '"') {
            at = read_string(at, html);
            has_html = true;
        } else {
            at = skip_value(at, scratch);
        }
        at += strspn(at, " \t\r\n,");
    }
    return has_id && has_html;
}

/* Writing JSON. UTF-8 stays as it is. */
static void write_string(const struct text *text) {
    putchar('"');
    for (size_t i = 0; i < text->length; i++) {
        unsigned char byte = (unsigned char)text->bytes[i];
        if (byte == '"' || byte == '\\') {
            putchar('\\');
            putchar(byte);
        } else if (byte < 0x20) {
            printf("\\u%04x", byte);
        } else {
            putchar(byte);
        }
    }
    putchar('"');
}

/* The extractor. `html` ends with NUL, so that no look ahead leaves it. */

static bool tag(const char *at, const char *name) {
    size_t length = strlen(name);
    return strncasecmp(at, name, length) == 0 && (at[length] == '>' || strchr(" \t\r\n/", at[length]));
}

/* A character reference in decimals or by name; 0 when it is none, else its length. */
static size_t read_reference(const char *at, struct text *to) {
    static const char *const names[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&nbsp;"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strncmp(at, names[i], strlen(names[i])) == 0) {
            put(to, "&<>\"' "[i]);
            return strlen(names[i]);
        }
    }
    if (at[1] == '#' && at[2] >= '0' && at[2] <= '9') {
        char *end;
        unsigned long code = strtoul(at + 2, &end, 10);
        if (*end == ';') {
            put_code_point(to, code);
            return (size_t)(end + 1 - at);
        }
    }
    return 0;
}

static void put_space(struct text *to) {
    if (to->length && to->bytes[to->length - 1] != ' ' && to->bytes[to->length - 1] != '\n') put(to, ' ');
}

static void trim(struct text *to) {
    while (to->length && (to->bytes[to->length - 1] == ' ' || to->bytes[to->length - 1] == '\n')) to->length--;
}

static void extract(const struct text *html, struct text *to) {
    bool inside = false;
    const char *at = html->bytes, *end = html->bytes + html->length;
    to->length = 0;
    while (at < end) {
        size_t reference;
        if (*at == '<' && (tag(at, "<p") || tag(at, "</p"))) {
            inside = at[1] != '/';
            trim(to);
            if (to->length) put(to, '\n');
        }
        if (*at == '<') {
            while (at < end && *at != '>') at++;
            at++;
        } else if (!inside) {
            at++;
        } else if (*at == '&' && (reference = read_reference(at, to))) {
            at += reference;
        } else if (strchr(" \t\r\n\f", *at) && *at) {
            put_space(to);
            at++;
        } else {
            put(to, *at++);
        }
    }
    trim(to);
}

int main(void) {
    struct text html = {0}, found = {0}, scratch = {0};
    char *line = NULL;
    size_t room = 0;
    long long id = 0;
    puts("{\"lubb\": 1}");
    fflush(stdout); /* a pipe is written when it is full: say that it is due */
    while (getline(&line, &room, stdin) > 0) { /* until Lubb closes it */
        if (!read_request(line, &id, &html, &scratch)) {
            fputs("a request without id or html\n", stderr);
            return 1;
        }
        put(&html, '\0');
        html.length--;
        extract(&html, &found);
        printf("{\"id\": %lld, \"text\": ", id);
        write_string(&found);
        puts("}");
        fflush(stdout);
    }
    return 0;
}
