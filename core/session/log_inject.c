/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Changing the calls that are traced: rules that say which call of a thread is hit, and what happens to
 * it. Of several rules for one syscall the last holds, but one with a guard only when that says so. Calls are
 * counted by thread and syscall.
 */
#include "session/log_parts.h"

#include <stdlib.h>
#include <string.h>
#include "lupe/session.h"

/* --- the rules, copied --- */

static bool copy_pokes(struct lupe_log_inject *rule)
{
	struct lupe_log_poke *pokes = calloc(rule->n_pokes + 1, sizeof(*pokes));
	const struct lupe_log_poke *from = rule->pokes;
	size_t i, n = rule->n_pokes;

	rule->pokes = pokes;
	rule->n_pokes = 0;
	for (i = 0; pokes && i < n; i++) {
		unsigned char *bytes = malloc(from[i].size + 1);

		if (!bytes)
			return false;
		memcpy(bytes, from[i].bytes, from[i].size);
		pokes[i] = from[i];
		pokes[i].bytes = bytes;
		rule->n_pokes++;
	}
	return pokes;
}

bool lupe_log_copy_rules(struct lupe_log *log, const struct lupe_log_inject *rules, size_t n_rules)
{
	size_t i;
	int nr;

	if (!n_rules)
		return true;
	log->rules = calloc(n_rules, sizeof(*log->rules));
	log->rule_of = calloc(LUPE_SYSCALL_LIMIT, sizeof(*log->rule_of));
	if (!log->rules || !log->rule_of)
		return false;
	for (i = 0; i < n_rules && i < UINT16_MAX; i++) {
		log->rules[i] = rules[i];
		log->n_rules++;
		if (!copy_pokes(&log->rules[i]))
			return false;
		for (nr = 0; nr < LUPE_SYSCALL_LIMIT; nr++)
			if (lupe_syscall_set_has(&rules[i].set, nr))
				log->rule_of[nr] = (uint16_t)(i + 1);
	}
	return true;
}

void lupe_log_free_rules(struct lupe_log *log)
{
	size_t i, j;

	for (i = 0; i < log->n_rules; i++) {
		for (j = 0; j < log->rules[i].n_pokes; j++)
			free((void *)log->rules[i].pokes[j].bytes);
		free((void *)log->rules[i].pokes);
	}
	free(log->rules);
	free(log->rule_of);
}

/* --- whether a call is hit --- */

static bool counts(struct log_thread *thread, int64_t nr, const struct lupe_log_inject *rule)
{
	uint32_t n;

	if (!thread->hits)
		thread->hits = calloc(LUPE_SYSCALL_LIMIT, sizeof(*thread->hits));
	if (!thread->hits)
		return false;
	n = thread->hits[nr] += thread->hits[nr] != UINT32_MAX;
	return n >= rule->first && n <= rule->last && (n - rule->first) % rule->step == 0;
}

/* All guards are asked, from the last rule to the first without one: what they see, they may remember. */
static const struct lupe_log_inject *find_rule(struct lupe_log *log, const struct lupe_event *event,
					       struct log_thread *thread, const struct lupe_call *call)
{
	int64_t nr = lupe_log_number(call);
	const struct lupe_log_inject *rule, *found = NULL;
	size_t i;

	if (nr < 0 || nr >= LUPE_SYSCALL_LIMIT)
		return NULL;
	for (i = log->rule_of[nr]; i; i--) {
		rule = &log->rules[i - 1];
		if (!lupe_syscall_set_has(&rule->set, (int)nr))
			continue;
		if (!rule->guarded) {
			if (counts(thread, nr, rule) && !found)
				found = rule;
			break;
		}
		if (log->options.guard && log->options.guard(log->options.guard_context, event, i - 1) && !found)
			found = rule;
	}
	return found;
}

/* --- what happens to it --- */

static void poke(struct log_thread *record, struct lupe_thread *thread,
		 const struct lupe_log_inject *rule, const struct lupe_call *call, bool at_exit)
{
	const struct lupe_memory *memory = lupe_process_memory(lupe_thread_process(thread));
	size_t i;

	for (i = 0; i < rule->n_pokes; i++) {
		const struct lupe_log_poke *item = &rule->pokes[i];
		struct lupe_error *error;

		if (item->at_exit != at_exit || item->arg >= LUPE_SYSCALL_MAX_ARGS)
			continue;
		error = lupe_memory_write(memory, call->args[item->arg], item->bytes, item->size);
		record->poked |= !error;
		lupe_error_destroy(error);
	}
}

/* Of what fails here the thread's next event tells; a rule has no other way. */
static void change_call(struct lupe_thread *thread, const struct lupe_log_inject *rule)
{
	if (rule->nr >= 0)
		lupe_error_destroy(lupe_thread_set_syscall(thread, rule->nr));
	else if (rule->has_result)
		lupe_error_destroy(lupe_thread_skip_syscall(thread, rule->result));
	if (rule->signal)
		lupe_error_destroy(lupe_thread_set_signal(thread, rule->signal));
}

uint64_t lupe_log_inject_entry(struct lupe_log *log, const struct lupe_event *event,
			       struct log_thread *record, struct lupe_thread *thread)
{
	const struct lupe_call *call = lupe_thread_call(thread);
	const struct lupe_log_inject *rule = call ? find_rule(log, event, record, call) : NULL;

	record->rule = rule;
	record->poked = record->delayed = false;
	if (!rule)
		return 0;
	record->asked = *call;
	poke(record, thread, rule, call, false);
	change_call(thread, rule);
	record->delayed = rule->delay_enter_ns || rule->delay_exit_ns;
	return rule->delay_enter_ns;
}

uint64_t lupe_log_inject_exit(struct log_thread *record, struct lupe_thread *thread)
{
	const struct lupe_log_inject *rule = record->rule;

	record->rule = NULL;
	if (!rule)
		return 0;
	if (rule->nr >= 0 && rule->has_result)
		lupe_error_destroy(lupe_thread_set_result(thread, rule->result));
	poke(record, thread, rule, &record->asked, true);
	return rule->delay_exit_ns;
}

/* --- what the line says of it --- */

void lupe_log_put_injected(const struct log_thread *thread, const struct lupe_call *call,
			   struct lupe_buffer *out)
{
	static const char note[] = " (INJECTED)";
	size_t size = sizeof(note) - 1;

	if (thread->poked) {
		if (call->injected && out->length >= size &&
		    !memcmp(out->data + out->length - size, note, size))
			lupe_buffer_truncate(out, out->length - size);
		lupe_buffer_string(out, call->injected ? " (INJECTED: args, retval)"
						       : " (INJECTED: args)");
	}
	if (thread->delayed)
		lupe_buffer_string(out, " (DELAYED)");
}
