#include "app/reject_log.h"

/* The address without its port, which differs for every connection. */
static struct str host_of(struct str peer)
{
	size_t end = peer.size;
	while (end > 0 && peer.data[end - 1] != ':') {
		end--;
	}
	return end > 0 ? (struct str){peer.data, end - 1} : peer;
}

static struct reject_log_peer *find_peer(struct reject_log *l, uint64_t hash)
{
	struct reject_log_peer *oldest = &l->peers[0];
	for (unsigned i = 0; i < REJECT_LOG_PEERS; i++) {
		if (l->peers[i].hash == hash) {
			return &l->peers[i];
		}
		if (l->peers[i].second < oldest->second) {
			oldest = &l->peers[i];
		}
	}
	*oldest = (struct reject_log_peer){.hash = hash, .second = INT64_MIN};
	return oldest;
}

bool reject_log_allows(
	struct reject_log *l, struct str peer, int64_t now_ms, uint64_t *ret_held_back)
{
	struct reject_log_peer *p = find_peer(l, str_hash(host_of(peer)) | 1);
	int64_t second = now_ms / 1000;
	if (p->second != second) {
		p->second = second;
		p->lines = 0;
	}
	if (p->lines == REJECT_LOG_LINES_PER_S) {
		p->held_back++;
		l->held_back++;
		return false;
	}
	p->lines++;
	*ret_held_back = p->held_back;
	p->held_back = 0;
	return true;
}
