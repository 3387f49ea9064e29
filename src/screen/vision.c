/* vision.c - colour arithmetic; vision.h names the sources. */
#include "screen/vision.h"

#include <math.h>

struct light { /* linear, 0..1 */
	double r, g, b;
};

static const double matrices[VISION_COUNT][3][3] = {
	[VISION_USUAL] = { { 1, 0, 0 }, { 0, 1, 0 }, { 0, 0, 1 } },
	[VISION_PROTANOPIA] = { { 0.152286, 1.052583, -0.204868 },
				{ 0.114503, 0.786281, 0.099216 },
				{ -0.003882, -0.048116, 1.051998 } },
	[VISION_DEUTERANOPIA] = { { 0.367322, 0.860646, -0.227968 },
				  { 0.280085, 0.672501, 0.047413 },
				  { -0.011820, 0.042940, 0.968881 } },
	[VISION_TRITANOPIA] = { { 1.255528, -0.076749, -0.178779 },
				{ -0.078411, 0.930809, 0.147602 },
				{ 0.004733, 0.691367, 0.303900 } },
};

const char *vision_name(enum vision v)
{
	static const char *const names[VISION_COUNT] = { "usual sight", "protanopia",
							 "deuteranopia", "tritanopia" };

	return (unsigned)v < VISION_COUNT ? names[v] : "?";
}

static double linear(uint32_t channel)
{
	double c = channel / 255.0;

	return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double along(const double row[3], struct light l)
{
	return fmin(1.0, fmax(0.0, row[0] * l.r + row[1] * l.g + row[2] * l.b));
}

static struct light seen(uint32_t rgb, enum vision v)
{
	struct light l = { linear(rgb >> 16 & 0xFF), linear(rgb >> 8 & 0xFF),
			   linear(rgb & 0xFF) };
	const double(*m)[3] = matrices[v];

	return (struct light){ along(m[0], l), along(m[1], l), along(m[2], l) };
}

static double luminance(struct light l)
{
	return 0.2126 * l.r + 0.7152 * l.g + 0.0722 * l.b;
}

double vision_contrast(uint32_t a, uint32_t b, enum vision v)
{
	double x = luminance(seen(a, v)), y = luminance(seen(b, v));

	return (fmax(x, y) + 0.05) / (fmin(x, y) + 0.05);
}

struct lab {
	double l, a, b;
};

static double lab_curve(double t)
{
	return t > 216.0 / 24389 ? cbrt(t) : (24389.0 / 27 * t + 16) / 116;
}

static struct lab lab_of(struct light c)
{
	double x = lab_curve((0.4124 * c.r + 0.3576 * c.g + 0.1805 * c.b) / 0.95047);
	double y = lab_curve(luminance(c));
	double z = lab_curve((0.0193 * c.r + 0.1192 * c.g + 0.9505 * c.b) / 1.08883);

	return (struct lab){ 116 * y - 16, 500 * (x - y), 200 * (y - z) };
}

double vision_distance(uint32_t a, uint32_t b, enum vision v)
{
	struct lab x = lab_of(seen(a, v)), y = lab_of(seen(b, v));

	return sqrt((x.l - y.l) * (x.l - y.l) + (x.a - y.a) * (x.a - y.a) +
		    (x.b - y.b) * (x.b - y.b));
}

bool vision_is_saturated(uint32_t rgb)
{
	uint32_t r = rgb >> 16 & 0xFF, g = rgb >> 8 & 0xFF, b = rgb & 0xFF;
	uint32_t hi = r > g ? r : g, lo = r < g ? r : g;

	hi = hi > b ? hi : b;
	lo = lo < b ? lo : b;
	return (hi - lo) * 100 > hi * 25;
}

uint32_t vision_palette(int colour)
{
	static const uint32_t base[16] = { 0x000000, 0xCD0000, 0x00CD00, 0xCDCD00,
					   0x0000EE, 0xCD00CD, 0x00CDCD, 0xE5E5E5,
					   0x7F7F7F, 0xFF0000, 0x00FF00, 0xFFFF00,
					   0x5C5CFF, 0xFF00FF, 0x00FFFF, 0xFFFFFF };
	static const uint32_t step[6] = { 0x00, 0x5F, 0x87, 0xAF, 0xD7, 0xFF };
	uint32_t grey;

	if (colour < 0 || colour > 255)
		return 0;
	if (colour < 16)
		return base[colour];
	if (colour < 232) {
		int n = colour - 16;

		return step[n / 36] << 16 | step[n / 6 % 6] << 8 | step[n % 6];
	}
	grey = (uint32_t)(8 + (colour - 232) * 10);
	return grey << 16 | grey << 8 | grey;
}
