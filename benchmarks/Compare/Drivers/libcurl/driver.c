// libcurl as a contestant: one thread, keep-alive connections under its multi interface, or one of HTTP/2 for all requests, driven by epoll.
//
//   driver URL CONNECTIONS BYTES VERSION UPLOAD-BYTES
//
// Reads "run N" or "time N", a line each, and answers with what N requests cost, as a line of JSON, until its input ends.
#define _GNU_SOURCE
#include <curl/curl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <time.h>

struct lane {
    CURL *easy;
    long long bytes;
    long long to_upload;
    double start;
};

static CURLM *multi;
static int epoll;
static double due = -1; // when libcurl wants to be called, in microseconds; negative for not at all
static long long expected;
static long long upload; // 0 for GET
static long to_begin;
static long to_finish;
static double *latencies; // NULL where they are not asked for
static long latency_count;

static void fail(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
    exit(1);
}

static void check(bool is_ok, const char *what)
{
    if (!is_ok) {
        fail("%s failed", what);
    }
}

static double now_micros(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1e6 + now.tv_nsec / 1e3;
}

// User and system time of the process.
static double cpu_micros(struct rusage *usage)
{
    getrusage(RUSAGE_SELF, usage);
    return (usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) * 1e6 + usage->ru_utime.tv_usec + usage->ru_stime.tv_usec;
}

static size_t on_body(char *data, size_t size, size_t count, void *lane)
{
    (void)data;
    ((struct lane *)lane)->bytes += size * count;
    return size * count;
}

// Zeros: what the buffer holds does not matter.
static size_t on_upload(char *buffer, size_t size, size_t count, void *data)
{
    struct lane *lane = data;
    long long room = (long long)(size * count);
    long long taken = room < lane->to_upload ? room : lane->to_upload;
    memset(buffer, 0, taken);
    lane->to_upload -= taken;
    return taken;
}

static int on_timer(CURLM *multi_handle, long milliseconds, void *data)
{
    (void)multi_handle;
    (void)data;
    due = milliseconds < 0 ? -1 : now_micros() + milliseconds * 1e3;
    return 0;
}

static int on_socket(CURL *easy, curl_socket_t socket, int what, void *data, void *is_known)
{
    (void)easy;
    (void)data;
    if (what == CURL_POLL_REMOVE) {
        epoll_ctl(epoll, EPOLL_CTL_DEL, socket, NULL); // fails where it is closed already, which removes it too
        return 0;
    }

    struct epoll_event change = {
        .events = (what & CURL_POLL_IN ? EPOLLIN : 0) | (what & CURL_POLL_OUT ? EPOLLOUT : 0),
        .data.fd = socket,
    };
    check(epoll_ctl(epoll, is_known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, socket, &change) == 0, "epoll_ctl");
    curl_multi_assign(multi, socket, &epoll); // anything but NULL: it is known from now on
    return 0;
}

static void begin(struct lane *lane)
{
    to_begin--;
    lane->bytes = 0;
    lane->to_upload = upload;
    lane->start = latencies ? now_micros() : 0;
    check(curl_multi_add_handle(multi, lane->easy) == CURLM_OK, "curl_multi_add_handle");
}

// Takes the requests that have ended, and begins others in their place.
static void collect(void)
{
    int left;
    for (CURLMsg *message; (message = curl_multi_info_read(multi, &left)) != NULL;) {
        if (message->msg != CURLMSG_DONE) {
            continue;
        }

        CURL *easy = message->easy_handle;
        CURLcode result = message->data.result;
        struct lane *lane;
        long status;
        curl_easy_getinfo(easy, CURLINFO_PRIVATE, &lane);
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
        if (result != CURLE_OK) {
            fail("%s", curl_easy_strerror(result));
        }

        if (status != 200 || lane->bytes != expected) {
            fail("expected status 200 and %lld bytes, got %ld and %lld", expected, status, lane->bytes);
        }

        if (latencies) {
            latencies[latency_count++] = now_micros() - lane->start;
        }

        to_finish--;
        curl_multi_remove_handle(multi, easy);
        if (to_begin > 0) {
            begin(lane);
        }
    }
}

static void run(struct lane *lanes, int connections, long operations)
{
    struct epoll_event events[128];
    int running;
    to_begin = to_finish = operations;
    for (int i = 0; i < connections && to_begin > 0; i++) {
        begin(&lanes[i]);
    }

    while (to_finish > 0) {
        double wait = due < 0 ? 1000 : (due - now_micros()) / 1e3;
        int count = epoll_wait(epoll, events, 128, wait <= 0 ? 0 : (int)wait + 1);
        for (int i = 0; i < count; i++) {
            int ready = (events[i].events & EPOLLIN ? CURL_CSELECT_IN : 0) | (events[i].events & EPOLLOUT ? CURL_CSELECT_OUT : 0)
                | (events[i].events & (EPOLLERR | EPOLLHUP) ? CURL_CSELECT_ERR : 0);
            curl_multi_socket_action(multi, events[i].data.fd, ready, &running);
        }

        if (due >= 0 && now_micros() >= due) {
            due = -1;
            curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running);
        }

        collect();
    }
}

static int compare(const void *left, const void *right)
{
    double difference = *(const double *)left - *(const double *)right;
    return (difference > 0) - (difference < 0);
}

static void measure(struct lane *lanes, int connections, long operations, bool is_timed)
{
    struct rusage usage;
    latencies = is_timed ? malloc(operations * sizeof(double)) : NULL;
    latency_count = 0;
    double cpu = cpu_micros(&usage);
    double start = now_micros();
    run(lanes, connections, operations);
    double wall = now_micros() - start;
    cpu = cpu_micros(&usage) - cpu;
    curl_version_info_data *version = curl_version_info(CURLVERSION_NOW);
    printf("{\"version\":\"libcurl %s, %s\",\"operations\":%ld,\"cpuMicros\":%.0f,\"wallMicros\":%.0f,\"peakBytes\":%lld",
        version->version, version->ssl_version, operations, cpu, wall, usage.ru_maxrss * 1024LL);
    if (is_timed) {
        qsort(latencies, latency_count, sizeof(double), compare);
        printf(",\"latencyMicros\":[%.1f,%.1f,%.1f]", latencies[latency_count / 2], latencies[(long)(latency_count * 0.99)],
            latencies[(long)(latency_count * 0.999)]);
        free(latencies);
    }

    puts("}");
    fflush(stdout);
}

static CURL *create_request(const char *url, long version, struct lane *lane)
{
    CURL *easy = curl_easy_init();
    check(easy != NULL, "curl_easy_init");
    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PRIVATE, lane);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, lane);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, version);
    curl_easy_setopt(easy, CURLOPT_PIPEWAIT, 1L); // has a meaning in HTTP/2 alone: for the first connection instead of opening another
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L); // chains are not what is measured
    curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
    if (upload > 0) {
        curl_easy_setopt(easy, CURLOPT_POST, 1L);
        curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)upload);
        curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_upload);
        curl_easy_setopt(easy, CURLOPT_READDATA, lane);
    }

    return easy;
}

int main(int count, char **arguments)
{
    if (count != 6) {
        fail("usage: driver URL CONNECTIONS BYTES VERSION UPLOAD-BYTES");
    }

    int connections = atoi(arguments[2]);
    expected = atoll(arguments[3]);
    upload = atoll(arguments[5]);
    bool is_http2 = strcmp(arguments[4], "2") == 0;
    long version = !is_http2 ? CURL_HTTP_VERSION_1_1
        : strncmp(arguments[1], "https:", 6) == 0 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE;
    curl_global_init(CURL_GLOBAL_ALL);
    multi = curl_multi_init();
    epoll = epoll_create1(0);
    check(multi != NULL && epoll >= 0, "creating the loop");
    curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, on_socket);
    curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, on_timer);
    curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, (long)connections); // kept between rounds too, when no request is under way
    if (is_http2) {
        curl_multi_setopt(multi, CURLMOPT_MAX_HOST_CONNECTIONS, 1L);
    }

    struct lane *lanes = calloc(connections, sizeof(struct lane));
    for (int i = 0; i < connections; i++) {
        lanes[i].easy = create_request(arguments[1], version, &lanes[i]);
    }

    char line[64];
    while (fgets(line, sizeof line, stdin)) {
        char command[8];
        long operations;
        check(sscanf(line, "%7s %ld", command, &operations) == 2 && operations > 0, "reading a command");
        measure(lanes, connections, operations, strcmp(command, "time") == 0);
    }

    return 0;
}
