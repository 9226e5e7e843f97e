/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Decodes parts ahead of the thread that reads them. Which thread decodes a part changes nothing:
 * decoders are pure, and results are taken in the order of the queue by the caller's thread alone.
 */
#include "firmware/engine.h"

#include <pthread.h>
#include <stdlib.h>

#define MOST_THREADS 16
/* Encoded bytes that wait before it pays to start, or to wake, one more thread. */
#define START_BYTES (64 << 10)
/* Decoded bytes that wait to be taken: above it threads pause, so that memory stays bounded. */
#define MOST_WAITING (64 << 20)
/* What a part may decode to ahead of its turn; a larger one is decoded again when it is its turn. */
#define MOST_AHEAD (64 << 20)

struct fw_pool {
	pthread_mutex_t lock;
	pthread_cond_t work, done;
	struct fw_job *pending, *last;
	const struct fw_job *awaited;
	size_t pending_bytes, waiting_bytes;
	unsigned most, count, idle;
	bool stop;
	bool dropped; /* no result is wanted any more */
	pthread_t threads[MOST_THREADS];
};

struct fw_pool *fw_pool_new(uint64_t threads)
{
	struct fw_pool *pool = calloc(1, sizeof(*pool));

	if (!pool)
		return NULL;
	pthread_mutex_init(&pool->lock, NULL);
	pthread_cond_init(&pool->work, NULL);
	pthread_cond_init(&pool->done, NULL);
	/* One of them is the caller's. */
	pool->most = threads - 1 < MOST_THREADS ? (unsigned)threads - 1 : MOST_THREADS;
	return pool;
}

static void decode(struct fw_job *job, size_t max_out)
{
	job->status = job->decoder(job->span.stream->data + job->span.offset, job->span.size,
				   max_out, &job->out, &job->method);
	job->curtailed = max_out < job->max_out;
}

/* The next job to be begun ahead of its turn; with the lock held. */
static struct fw_job *take(struct fw_pool *pool)
{
	struct fw_job *job = pool->pending;

	pool->pending = job->next_pending;
	pool->pending_bytes -= job->span.size;
	job->state = JOB_TAKEN;
	return job;
}

/* Decodes one pending job; the lock is held before and after. */
static void work_ahead(struct fw_pool *pool)
{
	struct fw_job *job = take(pool);

	pthread_mutex_unlock(&pool->lock);
	decode(job, job->max_out < MOST_AHEAD ? job->max_out : MOST_AHEAD);
	pthread_mutex_lock(&pool->lock);
	job->state = JOB_DONE;
	pool->waiting_bytes += job->out.size;
	if (pool->awaited == job)
		pthread_cond_signal(&pool->done);
}

static bool can_work_ahead(const struct fw_pool *pool)
{
	return pool->pending && pool->waiting_bytes < MOST_WAITING && !pool->dropped;
}

static void *run_thread(void *argument)
{
	struct fw_pool *pool = argument;

	pthread_mutex_lock(&pool->lock);
	while (!pool->stop) {
		if (can_work_ahead(pool)) {
			work_ahead(pool);
			continue;
		}
		pool->idle++;
		pthread_cond_wait(&pool->work, &pool->lock);
		pool->idle--;
	}
	pthread_mutex_unlock(&pool->lock);
	return NULL;
}

void fw_pool_add(struct fw_pool *pool, struct fw_job *job)
{
	pthread_mutex_lock(&pool->lock);
	if (pool->pending)
		pool->last->next_pending = job;
	else
		pool->pending = job;
	pool->last = job;
	pool->pending_bytes += job->span.size;
	/* The caller's thread decodes too: one part alone gives no thread anything to do. */
	if (pool->pending_bytes >= START_BYTES && pool->pending != job) {
		if (pool->idle)
			pthread_cond_signal(&pool->work);
		else if (pool->count < pool->most &&
			 !pthread_create(&pool->threads[pool->count], NULL, run_thread, pool))
			pool->count++;
	}
	pthread_mutex_unlock(&pool->lock);
}

void fw_pool_await(struct fw_pool *pool, struct fw_job *job, bool drop)
{
	pthread_mutex_lock(&pool->lock);
	pool->dropped = pool->dropped || drop;
	if (job->state == JOB_PENDING) { /* the first one then, as jobs are awaited in order */
		take(pool);
		pthread_mutex_unlock(&pool->lock);
		if (!drop)
			decode(job, job->max_out);
		return;
	}
	while (job->state != JOB_DONE) {
		if (!drop && can_work_ahead(pool)) {
			work_ahead(pool);
			continue;
		}
		pool->awaited = job;
		pthread_cond_wait(&pool->done, &pool->lock);
		pool->awaited = NULL;
	}
	pool->waiting_bytes -= job->out.size;
	if (pool->idle && can_work_ahead(pool))
		pthread_cond_signal(&pool->work);
	pthread_mutex_unlock(&pool->lock);
	if (job->status == IGDROM_E_LIMIT && job->curtailed && !drop)
		decode(job, job->max_out);
}

void fw_pool_free(struct fw_pool *pool)
{
	if (!pool)
		return;
	pthread_mutex_lock(&pool->lock);
	pool->stop = true;
	pthread_cond_broadcast(&pool->work);
	pthread_mutex_unlock(&pool->lock);
	for (unsigned i = 0; i < pool->count; i++)
		pthread_join(pool->threads[i], NULL);
	pthread_cond_destroy(&pool->done);
	pthread_cond_destroy(&pool->work);
	pthread_mutex_destroy(&pool->lock);
	free(pool);
}
