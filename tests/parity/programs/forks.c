/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int parent_work(int n)
{
	return n + 1;
}

int main(void)
{
	int status, result = 0;
	pid_t child = fork();

	if (child == 0)
		_exit(3);
	waitpid(child, &status, 0);
	result = parent_work(WEXITSTATUS(status));
	printf("%d\n", result);
	return result;
}
