/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>
static jmp_buf env;
static volatile int handled;
static void on_usr1(int s) { handled++; }
static void thrower(int n)
{
	if (n == 0)
		longjmp(env, 1);
	thrower(n - 1);
}
static int fact(int n) { return n <= 1 ? 1 : n * fact(n - 1); }
__attribute__((noinline)) static int tail(int n) { return fact(n); }
int main(void)
{
	int f;
	signal(SIGUSR1, on_usr1);
	if (setjmp(env) == 0) {
		thrower(3);
	}
	puts("caught");
	f = fact(5);
	raise(SIGUSR1);
	kill(getpid(), SIGUSR1);
	f += tail(3);
	printf("%d %d\n", f, handled);
	return 0;
}
