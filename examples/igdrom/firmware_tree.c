/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The tree of a firmware image, folded: volumes and what is around them, and the way to each node
 * that is marked. The rest is counted. Sections, and a volume that is alone in one, are told in the
 * line of the file that holds them.
 */
#include "firmware.h"

#include <stdlib.h>
#include <string.h>

#define LEFT_COLUMNS 23 /* "  0x012345    1.5 MiB  " */
#define LEFT_NARROW  12 /* without the size */
#define NARROW       60 /* a window of fewer columns has no room for it */
#define LEAST_TEXT   12 /* columns, however deep it is */
#define NO_LINE      SIZE_MAX
#define RAILS_MAX    64 /* levels that are drawn; those above are left out */
#define WORDS_MAX    512

struct line {
	size_t item;
	size_t parent; /* line */
	bool fold;     /* not the item, but what is folded below it */
	bool last;     /* of its parent */
	bool followed; /* a child was met in the walk from the end */
};

struct words {
	char text[WORDS_MAX];
	char marks[WORDS_MAX];
};

struct tree {
	struct item *items;
	size_t item_count;
	struct line *lines;
	size_t line_count;
	size_t *open; /* items whose children are being looked at, outermost first */
	size_t open_count;
	struct mark *marks; /* by node */
	size_t mark_count;
	bool all;
};

static int by_node(const void *a, const void *b)
{
	uintptr_t left = (uintptr_t)((const struct mark *)a)->node;
	uintptr_t right = (uintptr_t)((const struct mark *)b)->node;

	return (left > right) - (left < right);
}

static void set_marks(const struct tree *tree, struct item *item)
{
	const struct mark key = {.node = item->node};
	const struct mark *end = tree->marks + tree->mark_count;
	const struct mark *mark = NULL;

	if (tree->mark_count)
		mark = bsearch(&key, tree->marks, tree->mark_count, sizeof(key), by_node);
	if (!mark)
		return;
	while (mark > tree->marks && mark[-1].node == item->node)
		mark--;
	item->first_mark = mark;
	while (mark < end && mark++->node == item->node)
		item->mark_count++;
}

/* Parts of the image that are always shown, with the way to them. */
static bool is_frame(const struct igdrom_firmware_node *node)
{
	switch (igdrom_firmware_node_kind(node)) {
	case IGDROM_NODE_CAPSULE:
	case IGDROM_NODE_FLASH:
	case IGDROM_NODE_REGION:
	case IGDROM_NODE_VOLUME:
	case IGDROM_NODE_CBFS:
		return true;
	case IGDROM_NODE_IMAGE:
	case IGDROM_NODE_ENTRY:
	case IGDROM_NODE_PARTITION:
	case IGDROM_NODE_FILE:
	case IGDROM_NODE_SECTION:
	case IGDROM_NODE_CBFS_FILE:
	case IGDROM_NODE_OPTION_ROM:
	case IGDROM_NODE_RAW:
	case IGDROM_NODE_PADDING:
	case IGDROM_NODE_FREE_SPACE:
		break;
	}
	return false;
}

static void fill_items(struct tree *tree, const struct igdrom_firmware *firmware)
{
	const struct igdrom_firmware_node *node = igdrom_firmware_root(firmware);
	size_t count = tree->item_count;

	tree->item_count = 0;
	for (; node && tree->item_count < count; node = igdrom_firmware_node_walk(node)) {
		size_t index = tree->item_count++;
		size_t parent = index ? index - 1 : 0;

		while (parent && tree->items[parent].node != igdrom_firmware_node_parent(node))
			parent = tree->items[parent].parent;
		tree->items[index] = (struct item){.node = node, .parent = parent, .line = NO_LINE};
		set_marks(tree, &tree->items[index]);
		tree->items[index].shown =
			tree->all || tree->items[index].first_mark || is_frame(node) || index == 0;
	}
}

static void fold(struct tree *tree)
{
	for (size_t i = tree->item_count; i-- > 1;) {
		struct item *parent = &tree->items[tree->items[i].parent];

		if (!tree->items[i].shown) {
			count_folded(parent, tree->items[i].node);
			continue;
		}
		parent->shown = true;
		parent->shown_children++;
	}
}

static bool is_told_above(const struct tree *tree, const struct item *item)
{
	const struct item *parent = &tree->items[item->parent];
	enum igdrom_node_kind above = igdrom_firmware_node_kind(parent->node);
	enum igdrom_node_kind kind = igdrom_firmware_node_kind(item->node);

	if (tree->all || parent->shown_children != 1 || parent->first_mark)
		return false;
	if (above == IGDROM_NODE_FILE || above == IGDROM_NODE_CBFS_FILE)
		return kind != IGDROM_NODE_FILE && kind != IGDROM_NODE_CBFS_FILE;
	if (above == IGDROM_NODE_SECTION)
		return kind != IGDROM_NODE_FILE;
	return above == IGDROM_NODE_IMAGE && parent->merged && kind == IGDROM_NODE_VOLUME;
}

static size_t add_line(struct tree *tree, size_t item, size_t parent, bool is_fold)
{
	tree->lines[tree->line_count] =
		(struct line){.item = item, .parent = parent, .fold = is_fold};
	return tree->line_count++;
}

/* Leaves the items that are no parent of the next one; what they fold comes behind the children that
 * they show, if any. */
static void leave(struct tree *tree, size_t until)
{
	char words[WORDS_MAX];

	while (tree->open_count && tree->open[tree->open_count - 1] != until) {
		size_t index = tree->open[--tree->open_count];

		folded_words(&tree->items[index], words, sizeof(words));
		if (words[0] && tree->items[index].shown_children)
			add_line(tree, index, tree->items[index].line, true);
	}
}

static void lay_out(struct tree *tree)
{
	for (size_t i = 0; i < tree->item_count; i++) {
		struct item *item = &tree->items[i];
		size_t above = i ? tree->items[item->parent].line : NO_LINE;

		if (!item->shown)
			continue;
		leave(tree, i ? item->parent : SIZE_MAX);
		item->merged = i && is_told_above(tree, item);
		if (item->merged)
			item->line = above;
		else if (i || item->first_mark || tree->item_count == 1)
			item->line = add_line(tree, i, above, false);
		tree->open[tree->open_count++] = i;
	}
	leave(tree, SIZE_MAX);
	for (size_t i = tree->line_count; i-- > 0;) {
		struct line *line = &tree->lines[i];

		line->last = line->parent == NO_LINE || !tree->lines[line->parent].followed;
		if (line->parent != NO_LINE)
			tree->lines[line->parent].followed = true;
	}
}

struct rails {
	int columns; /* of each */
	const char *branch, *last, *past, *none;
};

static const struct rails *rails_of(const struct style *style)
{
	static const struct rails box = {2, "\u251c ", "\u2514 ", "\u2502 ", "  "};
	static const struct rails plain = {3, "|- ", "`- ", "|  ", "   "};

	return style->boxes ? &box : &plain;
}

/* first: the line's own branch, not what runs past its later rows. */
static void draw_rails(const struct rails *rails, const struct tree *tree, size_t index, bool first)
{
	size_t way[RAILS_MAX];
	size_t count = 0;

	for (size_t i = index; tree->lines[i].parent != NO_LINE && count < RAILS_MAX;
	     i = tree->lines[i].parent)
		way[count++] = i;
	while (count-- > 0) {
		bool last = tree->lines[way[count]].last;

		if (count == 0 && first)
			fputs(last ? rails->last : rails->branch, stdout);
		else
			fputs(last ? rails->none : rails->past, stdout);
	}
}

static int depth_of(const struct tree *tree, size_t index)
{
	int depth = 0;

	for (; tree->lines[index].parent != NO_LINE && depth < RAILS_MAX; depth++)
		index = tree->lines[index].parent;
	return depth;
}

/* Whether the next shown item is told in the same line. */
static bool goes_on(const struct tree *tree, size_t index)
{
	for (size_t i = index + 1; i < tree->item_count; i++) {
		if (tree->items[i].shown)
			return tree->items[i].merged;
	}
	return false;
}

static void add_marks(const struct style *style, const struct item *item, struct words *words)
{
	for (size_t i = 0; i < item->mark_count; i++) {
		add_words(words->marks, sizeof(words->marks), " ", style->boxes ? "\u25c0" : "<-");
		add_words(words->marks, sizeof(words->marks), " ", item->first_mark[i].text);
	}
}

/* What an item and those that are told with it have to say. */
static void line_words(const struct style *style, const struct tree *tree, size_t index,
		       struct words *words)
{
	const struct item *item = &tree->items[index];
	char text[WORDS_MAX];
	const char *separator = ": ";

	if (goes_on(tree, index) && igdrom_firmware_node_kind(item->node) == IGDROM_NODE_SECTION)
		section_words(item, false, words->text, sizeof(words->text));
	else
		node_words(item, tree->all, words->text, sizeof(words->text));
	add_marks(style, item, words);
	while (goes_on(tree, index)) {
		do
			item = &tree->items[++index];
		while (!item->shown);
		section_words(item, !goes_on(tree, index) && !item->first_mark, text, sizeof(text));
		if (text[0]) {
			add_words(words->text, sizeof(words->text), separator, text);
			separator = ", ";
		}
		add_marks(style, item, words);
	}
	if (item->shown_children)
		return;
	folded_words(item, text, sizeof(text));
	add_words(words->text, sizeof(words->text), ", ", text);
}

static int left_columns(const struct style *style)
{
	return style->width < NARROW ? LEFT_NARROW : LEFT_COLUMNS;
}

static void draw_left(const struct style *style, const struct item *item)
{
	bool in_file = igdrom_firmware_node_in_file(item->node);
	char place[24], size[32];

	snprintf(place, sizeof(place), in_file ? "0x%06llx" : "+%llx",
		 (unsigned long long)igdrom_firmware_node_offset(item->node));
	printf("%10s", place);
	if (left_columns(style) == LEFT_COLUMNS)
		printf(" %10s", size_text(igdrom_firmware_node_bytes(item->node).size, size));
	fputs("  ", stdout);
}

static int room_of(const struct style *style, const struct tree *tree, size_t index)
{
	int taken = left_columns(style) + rails_of(style)->columns * depth_of(tree, index);

	return style->width < taken + LEAST_TEXT ? LEAST_TEXT : style->width - taken;
}

static void draw_text(const struct style *style, const struct tree *tree, size_t index,
		      const char *text, bool first)
{
	do {
		size_t size = text_fit(text, room_of(style, tree, index));

		if (!first)
			printf("%*s", left_columns(style), "");
		draw_rails(rails_of(style), tree, index, first);
		print_part(style, stdout, text, size);
		putchar('\n');
		first = false;
		text += size;
		text += strspn(text, " ");
	} while (*text);
}

static void draw_line(const struct style *style, const struct tree *tree, size_t index)
{
	const struct line *line = &tree->lines[index];
	struct words words = {.text = ""};
	char both[2 * WORDS_MAX];
	bool bold;

	if (line->fold) {
		folded_words(&tree->items[line->item], words.text, sizeof(words.text));
		printf("%*s", left_columns(style), "");
	} else {
		line_words(style, tree, line->item, &words);
		draw_left(style, &tree->items[line->item]);
	}
	bold = words.marks[0] && style->color;
	fputs(bold ? "\033[1m" : "", stdout);
	snprintf(both, sizeof(both), "%s%s%s", words.text, words.marks[0] ? " " : "", words.marks);
	if (!words.marks[0] || text_fit(both, room_of(style, tree, index)) == strlen(both)) {
		draw_text(style, tree, index, both, true);
	} else {
		draw_text(style, tree, index, words.text, true);
		draw_text(style, tree, index, words.marks, false);
	}
	fputs(bold ? "\033[0m" : "", stdout);
}

static bool allocate(struct tree *tree, const struct marks *marks)
{
	tree->items = calloc(tree->item_count + 1, sizeof(*tree->items));
	/* For each item itself, and what it folds. */
	tree->lines = calloc(2 * tree->item_count + 1, sizeof(*tree->lines));
	tree->open = calloc(tree->item_count + 1, sizeof(*tree->open));
	tree->marks = calloc(marks->count + 1, sizeof(*tree->marks));
	if (!tree->items || !tree->lines || !tree->open || !tree->marks)
		return false;
	tree->mark_count = marks->count;
	for (size_t i = 0; i < marks->count; i++)
		tree->marks[i] = marks->list[i];
	qsort(tree->marks, tree->mark_count, sizeof(*tree->marks), by_node);
	return true;
}

bool draw_tree(const struct style *style, const struct igdrom_firmware *firmware,
	       const struct marks *marks, bool all)
{
	struct tree tree = {.item_count = igdrom_firmware_node_count(firmware), .all = all};
	bool done = allocate(&tree, marks);

	if (done) {
		fill_items(&tree, firmware);
		fold(&tree);
		lay_out(&tree);
	}
	for (size_t i = 0; done && i < tree.line_count; i++)
		draw_line(style, &tree, i);
	free(tree.items);
	free(tree.lines);
	free(tree.open);
	free(tree.marks);
	return done;
}
