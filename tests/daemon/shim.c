/* A machine that does what a test wants, preloaded into a daemon.
 *
 * SHIM_CONTROL is a file of eight numbers of 64 bits that both sides may change at any moment: by how many milliseconds the
 * clock that people set is ahead; by how many the one that nobody sets is; at which call the process is killed, 0 for never; how
 * many calls there were; whether the disk is full. Calls that count are those that change a file under SHIM_UNDER, and those on
 * connections to the port SHIM_PORT. They are counted from the moment on at which the sixth number is not 0. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

struct control {
  _Atomic int64_t wall_ms, steady_ms, kill_at, calls, is_full, counts, unused[2];
};

static struct control none;
static struct control *control = &none;
static const char *under;
static int port;

static int (*real_clock_gettime)(clockid_t, struct timespec *);
static long (*real_syscall)(long, ...);
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static ssize_t (*real_writev)(int, const struct iovec *, int);
static ssize_t (*real_send)(int, const void *, size_t, int);
static ssize_t (*real_recv)(int, void *, size_t, int);
static int (*real_connect)(int, const struct sockaddr *, socklen_t);
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);
static int (*real_ftruncate)(int, off_t);
static int (*real_rename)(const char *, const char *);
static int (*real_unlink)(const char *);

__attribute__((constructor)) static void begin(void) {
  real_clock_gettime = dlsym(RTLD_NEXT, "clock_gettime");
  real_syscall = dlsym(RTLD_NEXT, "syscall");
  real_write = dlsym(RTLD_NEXT, "write");
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  real_writev = dlsym(RTLD_NEXT, "writev");
  real_send = dlsym(RTLD_NEXT, "send");
  real_recv = dlsym(RTLD_NEXT, "recv");
  real_connect = dlsym(RTLD_NEXT, "connect");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = dlsym(RTLD_NEXT, "fdatasync");
  real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
  real_rename = dlsym(RTLD_NEXT, "rename");
  real_unlink = dlsym(RTLD_NEXT, "unlink");
  under = getenv("SHIM_UNDER");
  port = atoi(getenv("SHIM_PORT") ? getenv("SHIM_PORT") : "0");
  int fd = open(getenv("SHIM_CONTROL"), O_RDWR | O_CLOEXEC);
  if (fd < 0) abort();
  void *page = mmap(NULL, sizeof *control, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (page == MAP_FAILED) abort();
  control = page;
  close(fd);
}

static void add(struct timespec *time, int64_t ms) {
  int64_t ns = time->tv_nsec + (ms % 1000) * 1000000;
  time->tv_sec += ms / 1000 + (ns >= 1000000000) - (ns < 0);
  time->tv_nsec = ns + (ns < 0 ? 1000000000 : 0) - (ns >= 1000000000 ? 1000000000 : 0);
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  if (!real_clock_gettime) begin();
  int failed = real_clock_gettime(clock, time);
  if (failed) return failed;
  if (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE) add(time, control->wall_ms);
  if (clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_COARSE || clock == CLOCK_BOOTTIME)
    add(time, control->steady_ms);
  return 0;
}

/* Deadlines of waiting threads are moments of the clock that nobody sets, and the kernel knows the real one alone. A wait ends
 * after 100 ms at the latest, as any may without a reason, so that a clock that moves meanwhile is seen. */
long syscall(long number, ...) {
  long a[6];
  va_list rest;
  va_start(rest, number);
  for (int i = 0; i < 6; i++) a[i] = va_arg(rest, long);
  va_end(rest);
  struct timespec deadline;
  if (number == SYS_futex && (a[1] & FUTEX_CMD_MASK) == FUTEX_WAIT_BITSET && a[3] &&
      !(a[1] & FUTEX_CLOCK_REALTIME)) {
    struct timespec soon;
    deadline = *(struct timespec *)a[3];
    add(&deadline, -control->steady_ms);
    real_clock_gettime(CLOCK_MONOTONIC, &soon);
    add(&soon, 100);
    int is_late = deadline.tv_sec > soon.tv_sec ||
                  (deadline.tv_sec == soon.tv_sec && deadline.tv_nsec > soon.tv_nsec);
    a[3] = (long)(is_late ? &soon : &deadline);
    long result = real_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    /* Who waits believes that its deadline has passed only where it has. */
    if (is_late && result < 0 && errno == ETIMEDOUT) {
      errno = EINTR;
    }
    return result;
  }
  return real_syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

static void count(void) {
  if (!control->counts) return;
  int64_t nth = atomic_fetch_add(&control->calls, 1) + 1;
  if (nth == control->kill_at) raise(SIGKILL);
}

static int is_ours(const char *path) {
  return under && strncmp(path, under, strlen(under)) == 0;
}

static int is_file(int fd) {
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t got = readlink(link, path, sizeof path - 1);
  if (got <= 0) return 0;
  path[got] = 0;
  return is_ours(path);
}

static int is_peer(int fd) {
  struct sockaddr_in peer;
  socklen_t length = sizeof peer;
  if (!port || getpeername(fd, (struct sockaddr *)&peer, &length)) return 0;
  return peer.sin_family == AF_INET && ntohs(peer.sin_port) == port;
}

/* Whether a file may not grow. */
static int fails(int fd) {
  if (!is_file(fd)) return 0;
  count();
  if (control->is_full) errno = ENOSPC;
  return control->is_full != 0;
}

ssize_t write(int fd, const void *bytes, size_t length) {
  return fails(fd) ? -1 : real_write(fd, bytes, length);
}

ssize_t pwrite64(int fd, const void *bytes, size_t length, off_t at) {
  return fails(fd) ? -1 : real_pwrite(fd, bytes, length, at);
}

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t at) {
  return pwrite64(fd, bytes, length, at);
}

int ftruncate64(int fd, off_t length) {
  if (is_file(fd)) count();
  return real_ftruncate(fd, length);
}

int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }

int fsync(int fd) {
  if (is_file(fd)) count();
  return real_fsync(fd);
}

int fdatasync(int fd) {
  if (is_file(fd)) count();
  return real_fdatasync(fd);
}

int rename(const char *from, const char *to) {
  if (is_ours(from) || is_ours(to)) count();
  return real_rename(from, to);
}

int unlink(const char *path) {
  if (is_ours(path)) count();
  return real_unlink(path);
}

int connect(int fd, const struct sockaddr *to, socklen_t length) {
  const struct sockaddr_in *place = (const struct sockaddr_in *)to;
  if (port && place->sin_family == AF_INET && ntohs(place->sin_port) == port) count();
  return real_connect(fd, to, length);
}

ssize_t send(int fd, const void *bytes, size_t length, int flags) {
  if (is_peer(fd)) count();
  return real_send(fd, bytes, length, flags);
}

ssize_t writev(int fd, const struct iovec *parts, int many) {
  if (is_peer(fd)) count();
  if (is_file(fd) && fails(fd)) return -1;
  return real_writev(fd, parts, many);
}

ssize_t recv(int fd, void *bytes, size_t length, int flags) {
  ssize_t got = real_recv(fd, bytes, length, flags);
  if (got > 0 && is_peer(fd)) count();
  return got;
}
