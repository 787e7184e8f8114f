package fleet

// slotShift leaves 52 bits for local ids: microseconds since 1970 until the year 2112.
const slotShift = 52

// MaxSlot is the highest slot.
const MaxSlot = 1<<(63-slotShift) - 1

// Global makes a local id of a tenant's cache unique among all tenants. 0 stays 0.
func Global(slot int, local int64) int64 {
	if local == 0 {
		return 0
	}
	return int64(slot)<<slotShift | local
}

// Home is what stands for a tenant itself where an incident's id is asked for: requests
// on subjects name their tenant so. Split gives its slot and 0.
func Home(slot int) int64 { return int64(slot) << slotShift }

// Split is the slot and local id of a global one.
func Split(id int64) (slot int, local int64) { return int(id >> slotShift), id & (1<<slotShift - 1) }
