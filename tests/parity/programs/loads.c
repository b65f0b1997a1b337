/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dlfcn.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	void *handle = dlopen(argv[1], RTLD_NOW);
	int (*work)(int) = handle ? (int (*)(int))dlsym(handle, "plugin_work") : NULL;
	int answer = 0;

	if (!work)
		return argc;
	answer = work(3);
	printf("%d\n", answer);
	return 0;
}
