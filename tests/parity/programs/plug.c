/* SPDX-License-Identifier: GPL-3.0-or-later */
int plugin_calls;

int plugin_helper(int x)
{
	return x * 7;
}

int plugin_work(int x)
{
	int y = plugin_helper(x);

	plugin_calls++;
	return y + 1;
}
