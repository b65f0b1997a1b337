/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <cstdio>
#include <string>
#include <vector>
struct P { int x; double y; };
struct F { float a, b; };
struct Big { long v[4]; };
enum Color { RED, GREEN };
namespace ns { class Base { public: int b = 7; virtual ~Base() {} virtual int area() { return b; } };
class Derived : public Base { public: int d = 9; std::string name = "derived"; int area() override { int k = b * d; return k + d; } static int count; };
int Derived::count = 3; 
template <class T> T biggest(T a, T b) { return a > b ? a : b; } }
static P mkp(int x) { P p; p.x = x; p.y = 1.5; return p; }
static F mkf() { F f = {1.0f, 2.0f}; return f; }
static Big mkb() { Big b = {{1, 2, 3, 4}}; return b; }
static double half(double d) { return d / 2; }
static Color col() { return GREEN; }
static const char *text() { return "text"; }
static int &ref(int &r) { r++; return r; }
int main()
{
	ns::Derived d;
	ns::Base *b = &d;
	int n = 5;
	P p = mkp(3);
	F f = mkf();
	Big g = mkb();
	double h = half(5);
	Color c = col();
	const char *t = text();
	int &r = ref(n);
	int m = ns::biggest(3, 4) + (int)ns::biggest(2.5, 1.5);
	std::vector<int> v{1, 2, 3};
	printf("%d %f %f %ld %f %d %s %d %d %d %zu\n", p.x, p.y, f.a, g.v[0], h, c, t, r, m, b->area(), v.size());
	return 0;
}
