/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
enum color { RED, GREEN, BLUE };
enum perm { R = 1, W = 2, X = 4 };
typedef struct node { int val; struct node *next; char name[16]; enum color c; } node_t;
union u { int i; float f; };
struct big { unsigned a : 3; int b : 5; union u u; struct { int x, y; } pt; double d[3]; const char *s; int (*fn)(int); node_t *list; enum perm p; _Bool ok; long double ld; };
static int counter = 42;
int global_array[5] = {1,2,3,4,5};
node_t *head;
static inline __attribute__((always_inline)) int twice(int x) { return x * 2; }
int square(int n) { return n * n; }
static int work(struct big *b, int depth)
{
	int local = depth * 2;
	if (depth > 0) {
		int inner = twice(local);
		return work(b, depth - 1) + inner;
	}
	b->a = 5;
	counter++;
	return local;
}
int main(int argc, char **argv)
{
	struct big b = { .a = 3, .b = -2, .u.i = 7, .pt = {1, 2}, .d = {1.5, 2.5, 3.5}, .s = "hello", .fn = square, .p = R | X, .ok = 1, .ld = 2.25L };
	for (int i = 0; i < 3; i++) {
		node_t *n = calloc(1, sizeof *n);
		n->val = i; n->next = head; n->c = BLUE; snprintf(n->name, sizeof n->name, "node%d", i);
		head = n;
	}
	b.list = head;
	printf("%d\n", work(&b, 3));
	return 0;
}
