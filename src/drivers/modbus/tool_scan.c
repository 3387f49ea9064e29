/* tool_scan.c - finding which cells a device has by asking for blocks and halving those
 * it refuses. */
#include "drivers/modbus/tool.h"

#include <string.h>

#include "drivers/modbus/frame.h"

enum { ILLEGAL_FUNCTION = 1 };

static void note_read(struct tool_map *map, uint32_t first, uint32_t count,
		      const uint16_t *cells)
{
	memcpy(map->value + first, cells, count * sizeof(*cells));
	memset(map->state + first, CELL_READ, count);
	map->n_read += count;
}

static void note_refused(struct tool_map *map, uint32_t first, uint32_t count,
			 uint8_t exception)
{
	memset(map->state + first, CELL_REFUSED, count);
	memset(map->exception + first, exception, count);
}

/* known: the block as a whole was refused already, by way of its neighbour's answer.
 * Depth is the logarithm of the largest block. */
static enum tool_answer look(const struct tool_scan *s, uint32_t first, uint32_t count,
			     uint8_t known, struct tool_map *map)
{
	uint16_t cells[MB_MAX_BITS];
	enum tool_answer answer = TOOL_REFUSED, left;
	uint8_t exception = known;
	uint32_t half = count / 2;

	if (!known || count == 1)
		answer = s->read(s->arg, first, count, cells, &exception);
	if (answer == TOOL_ANSWERED)
		note_read(map, first, count, cells);
	if (answer != TOOL_REFUSED || exception == ILLEGAL_FUNCTION)
		return answer;
	if (count == 1 || !exception_is_address(exception)) {
		note_refused(map, first, count, exception);
		return TOOL_ANSWERED;
	}
	uint32_t before = map->n_read;

	left = look(s, first, half, 0, map);
	if (left != TOOL_ANSWERED)
		return left;
	/* all of the left half was read: what is refused lies in the right one */
	return look(s, first + half, count - half,
		    map->n_read - before == half ? exception : 0, map);
}

enum tool_answer tool_scan_range(const struct tool_scan *s, uint32_t first,
				 uint32_t count, struct tool_map *map)
{
	enum tool_answer answer = TOOL_ANSWERED;

	while (count > 0 && answer == TOOL_ANSWERED) {
		uint32_t n = count < s->max ? count : s->max;

		answer = look(s, first, n, 0, map);
		first += n;
		count -= n;
	}
	return answer;
}

bool tool_next_run(const struct tool_map *map, uint32_t *at, uint32_t *count,
		   enum tool_cell *state)
{
	uint32_t i = *at, end;

	while (i < MB_MAX_CELLS && map->state[i] == CELL_UNKNOWN)
		i++;
	if (i >= MB_MAX_CELLS)
		return false;
	for (end = i + 1; end < MB_MAX_CELLS && map->state[end] == map->state[i]; end++)
		if (map->state[i] == CELL_REFUSED &&
		    map->exception[end] != map->exception[i])
			break;
	*at = i;
	*count = end - i;
	*state = (enum tool_cell)map->state[i];
	return true;
}
