/*
 * vision.h - how colours are seen: contrast, distance, and both with the eyes of people
 * who cannot tell all colours apart.
 *
 * Colours are 0xRRGGBB in sRGB. Contrast is WCAG 2.1's ratio of relative luminances, 1 to
 * 21. Distance is CIE 1976 Delta E in L*a*b* (D65): about 2 is just seen, 10 at a glance.
 * Colour-blindness is simulated on linear RGB by the matrices of severity 1.0 from
 * G. M. Machado, M. M. Oliveira and L. A. F. Fernandes, "A Physiologically-based Model
 * for Simulation of Color Vision Deficiency", IEEE Transactions on Visualization and
 * Computer Graphics 15(6), 2009. Pure.
 */
#ifndef SG_SCREEN_VISION_H
#define SG_SCREEN_VISION_H

#include <stdbool.h>
#include <stdint.h>

enum vision {
	VISION_USUAL,
	VISION_PROTANOPIA,   /* no red cones */
	VISION_DEUTERANOPIA, /* no green cones: the most common */
	VISION_TRITANOPIA,   /* no blue cones */
	VISION_COUNT
};

/* "protanopia" ... */
const char *vision_name(enum vision v);
double vision_contrast(uint32_t a, uint32_t b, enum vision v);
double vision_distance(uint32_t a, uint32_t b, enum vision v);
/* HSV saturation above 25 %. */
bool vision_is_saturated(uint32_t rgb);
/* 0xRRGGBB of an index of xterm's palette; 0 outside 0..255. */
uint32_t vision_palette(int colour);

#endif
