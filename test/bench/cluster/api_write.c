/* api_write SOCKET COUNT TAG: COUNT configuration changes, one after the other, over one connection to a daemon.
   Begins when it reads a line; prints each call's latency in ms. What cib_write.c of the peer is there. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

static double now(void) { struct timespec t; clock_gettime(CLOCK_MONOTONIC, &t); return t.tv_sec * 1e3 + t.tv_nsec / 1e6; }

static int fail(const char *problem) { fprintf(stderr, "api_write: %s\n", problem); return 1; }

/* Reads one answer whole; returns its body, or NULL. */
static char *answer(int fd, char *data, size_t room)
{
    size_t have = 0;
    for (;;) {
        ssize_t got = read(fd, data + have, room - 1 - have);
        if (got <= 0) return NULL;
        have += got;
        data[have] = 0;
        char *end = strstr(data, "\r\n\r\n");
        char *length = strcasestr(data, "content-length:");
        if (end && length && have >= (size_t) (end + 4 - data) + strtoul(length + 15, NULL, 10)) return end + 4;
    }
}

int main(int argc, char **argv)
{
    if (argc != 4) return fail("SOCKET COUNT TAG");
    int count = atoi(argv[2]);
    const char *tag = argv[3];
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    snprintf(address.sun_path, sizeof address.sun_path, "%s", argv[1]);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (connect(fd, (struct sockaddr *) &address, sizeof address) != 0) return fail("cannot connect");
    char body[512], request[1024], data[65536];
    puts("ready");
    fflush(stdout);
    if (getchar() == EOF) return fail("not told to begin");
    for (int i = 0; i < count; i++) {
        int length = snprintf(body, sizeof body, "{\"change\":{\"operations\":[{\"kind\":\"put\",\"entity\":{\"kind\":\"resource-defaults\",\"value\":"
                 "{\"id\":\"%s\",\"rules\":[],\"pairs\":[{\"id\":\"%s-v\",\"name\":\"bench-value\",\"value\":\"%d\"}]}}}]},\"origin\":\"bench\"}", tag, tag, i);
        int size = snprintf(request, sizeof request, "POST /v1/configuration HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
                 "content-length: %d\r\n\r\n%s", length, body);
        double t = now();
        if (write(fd, request, size) != size) return fail("cannot send");
        char *text = answer(fd, data, sizeof data);
        if (!text) return fail("the connection ended");
        if (strncmp(text, "{\"ok\":true", 10) != 0) return fail(text);
        printf("%.3f\n", now() - t);
    }
    return 0;
}
