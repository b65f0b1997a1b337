/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <pthread.h>
#include <stdio.h>

static int total;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static int add(int n)
{
	pthread_mutex_lock(&lock);
	total += n;
	pthread_mutex_unlock(&lock);
	return total;
}

static void *worker(void *argument)
{
	int id = *(int *)argument;

	for (int i = 0; i < 3; i++)
		add(id * 10 + i);
	return NULL;
}

int main(void)
{
	pthread_t thread;
	int ids[2] = {1, 2};

	for (int i = 0; i < 2; i++) {
		pthread_create(&thread, NULL, worker, &ids[i]);
		pthread_join(thread, NULL);
	}
	printf("%d\n", total);
	return 0;
}
