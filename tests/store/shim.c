/* A disk that fails when it is told to, and that forgets what was not synced.
 *
 * Preloaded into a daemon. Under the folder SHIM_UNDER it looks at the file SHIM_CONTROL before each call: with the letter S
 * in it, syncing fails as Linux lets it fail (the error is reported once, and the pages count as clean); with F no file can
 * grow; with W nothing can be written at all. SHIM_DISK is a folder with what a power cut would leave of each file: what was
 * written before a sync that succeeded and since no sync that failed. Names are durable at once. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct range { off_t from; size_t bytes; };
struct file { char path[PATH_MAX]; struct range *ranges; size_t count, room; };

static struct file *files;
static size_t files_count;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t (*real_pwrite)(int, const void *, size_t, off_t);
static int (*real_fsync)(int);
static int (*real_ftruncate)(int, off_t);
static int (*real_rename)(const char *, const char *);
static int (*real_unlink)(const char *);

__attribute__((constructor)) static void begin(void) {
  real_write = dlsym(RTLD_NEXT, "write");
  real_pwrite = dlsym(RTLD_NEXT, "pwrite64");
  real_fsync = dlsym(RTLD_NEXT, "fsync");
  real_ftruncate = dlsym(RTLD_NEXT, "ftruncate64");
  real_rename = dlsym(RTLD_NEXT, "rename");
  real_unlink = dlsym(RTLD_NEXT, "unlink");
}

static int told(char letter) {
  char text[16] = {0};
  int fd = open(getenv("SHIM_CONTROL"), O_RDONLY);
  if (fd < 0) return 0;
  ssize_t got = read(fd, text, sizeof text - 1);
  close(fd);
  return got > 0 && strchr(text, letter) != NULL;
}

static int is_ours(const char *path) {
  const char *under = getenv("SHIM_UNDER");
  return under && strncmp(path, under, strlen(under)) == 0;
}

/* The path of an open file under our folder. */
static int path_of(int fd, char *path) {
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t got = readlink(link, path, PATH_MAX - 1);
  if (got <= 0) return 0;
  path[got] = 0;
  return is_ours(path);
}

static void disk_path(const char *path, char *out) {
  const char *name = strrchr(path, '/');
  snprintf(out, PATH_MAX, "%s/%s", getenv("SHIM_DISK"), name ? name + 1 : path);
}

static struct file *file_of(const char *path) {
  for (size_t i = 0; i < files_count; i++)
    if (strcmp(files[i].path, path) == 0) return &files[i];
  files = realloc(files, (files_count + 1) * sizeof *files);
  struct file *file = &files[files_count++];
  memset(file, 0, sizeof *file);
  snprintf(file->path, PATH_MAX, "%s", path);
  return file;
}

static void dirty(const char *path, off_t from, size_t bytes) {
  pthread_mutex_lock(&lock);
  struct file *file = file_of(path);
  if (file->count == file->room) {
    file->room = 2 * file->room + 16;
    file->ranges = realloc(file->ranges, file->room * sizeof *file->ranges);
  }
  file->ranges[file->count++] = (struct range){from, bytes};
  pthread_mutex_unlock(&lock);
}

/* 0 where the write may happen. */
static int refuse(int fd, off_t from, size_t bytes) {
  struct stat is;
  if (told('W')) return EIO;
  if (told('F') && fstat(fd, &is) == 0 && from + (off_t)bytes > is.st_size) return ENOSPC;
  return 0;
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off_t from) {
  char path[PATH_MAX];
  if (!path_of(fd, path)) return real_pwrite(fd, bytes, count, from);
  int error = refuse(fd, from, count);
  if (error) { errno = error; return -1; }
  ssize_t wrote = real_pwrite(fd, bytes, count, from);
  if (wrote > 0) dirty(path, from, wrote);
  return wrote;
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t from) { return pwrite64(fd, bytes, count, from); }

ssize_t write(int fd, const void *bytes, size_t count) {
  char path[PATH_MAX];
  if (fd <= 2 || !path_of(fd, path)) return real_write(fd, bytes, count);
  off_t from = lseek(fd, 0, SEEK_CUR);
  int error = refuse(fd, from, count);
  if (error) { errno = error; return -1; }
  ssize_t wrote = real_write(fd, bytes, count);
  if (wrote > 0) dirty(path, from, wrote);
  return wrote;
}

static int sync_file(int fd) {
  char path[PATH_MAX], disk[PATH_MAX];
  struct stat is;
  if (!path_of(fd, path) || fstat(fd, &is) != 0 || !S_ISREG(is.st_mode)) return real_fsync(fd);
  pthread_mutex_lock(&lock);
  struct file *file = file_of(path);
  size_t count = file->count;
  file->count = 0;
  if (told('S')) {
    pthread_mutex_unlock(&lock);
    errno = EIO;
    return -1;
  }
  disk_path(path, disk);
  int out = open(disk, O_WRONLY | O_CREAT, 0600);
  /* Not through another descriptor where this one can read: closing that would drop the locks of the process. */
  int in = (fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY ? open(path, O_RDONLY) : fd;
  for (size_t i = 0; i < count; i++) {
    struct range range = file->ranges[i];
    char *buffer = malloc(range.bytes);
    ssize_t got = pread(in, buffer, range.bytes, range.from);
    if (got > 0) real_pwrite(out, buffer, got, range.from);
    free(buffer);
  }
  if (in != fd) close(in);
  close(out);
  pthread_mutex_unlock(&lock);
  return 0;
}

int fsync(int fd) { return sync_file(fd); }
int fdatasync(int fd) { return sync_file(fd); }

int ftruncate64(int fd, off_t bytes) {
  char path[PATH_MAX], disk[PATH_MAX];
  if (!path_of(fd, path)) return real_ftruncate(fd, bytes);
  if (told('W')) { errno = EIO; return -1; }
  disk_path(path, disk);
  struct stat is;
  if (stat(disk, &is) == 0 && is.st_size > bytes && truncate(disk, bytes) != 0) return -1;
  return real_ftruncate(fd, bytes);
}

int ftruncate(int fd, off_t bytes) { return ftruncate64(fd, bytes); }

int rename(const char *from, const char *to) {
  char disk_from[PATH_MAX], disk_to[PATH_MAX];
  int done = real_rename(from, to);
  if (done == 0 && is_ours(from)) {
    disk_path(from, disk_from);
    disk_path(to, disk_to);
    real_unlink(disk_to);
    real_rename(disk_from, disk_to);
    pthread_mutex_lock(&lock);
    file_of(to);
    file_of(from);
    /* Both are in the table now, so neither moves. */
    struct file *old = file_of(from), *new = file_of(to);
    struct file kept = *new;
    new->ranges = old->ranges, new->count = old->count, new->room = old->room;
    old->ranges = kept.ranges, old->count = 0, old->room = kept.room;
    pthread_mutex_unlock(&lock);
  }
  return done;
}

int unlink(const char *path) {
  char disk[PATH_MAX];
  int done = real_unlink(path);
  if (done == 0 && is_ours(path)) {
    disk_path(path, disk);
    real_unlink(disk);
    pthread_mutex_lock(&lock);
    file_of(path)->count = 0;
    pthread_mutex_unlock(&lock);
  }
  return done;
}
