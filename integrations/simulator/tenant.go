// #nosec G115 -- dice, seeds and small counts of an invented tenant, packed into few bits

package simulator

import (
	"cmp"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"watchfloor/integrations/simulator/story"
)

// tenant is everything the simulated services hold. mu guards all of it; every
// exported path into it takes the lock once and calls lower-case helpers.
type tenant struct {
	mu    sync.RWMutex
	world *story.World
	now   func() time.Time
	delay time.Duration // of edits on their way to a twin

	recs   []record
	owners []owner
	ownerX map[owner]uint32
	names  map[string]int32 // Sentinel incident name, lower case
	gone   map[string]int32 // those that were deleted
	graph0 uint32           // Graph id of the first Graph incident
	graphX []int32          // Graph id - graph0 to record

	sen, gra shelf // the two products

	strays    map[alertRef]int32   // alerts that were moved, to where
	bookmarks map[string]*bookmark // by id, lower case: those made or read so far
	writes    map[int32][]Write
	mirrors   []mirror
	fresh     int // incidents that arrived by themselves
	number    uint32
	last      int64 // newest time handed out
}

// shelf orders the incidents of one product.
type shelf struct {
	created  []int32 // ascending by created, then index
	modified []int32 // ascending by modified, then index
}

func newTenant(o Options) *tenant {
	t := &tenant{
		world: story.NewWorld(o.Seed), now: o.Now, delay: o.TwinDelay,
		owners: []owner{{}}, ownerX: map[owner]uint32{{}: 0}, names: map[string]int32{}, gone: map[string]int32{},
		strays: map[alertRef]int32{}, bookmarks: map[string]*bookmark{}, writes: map[int32][]Write{}, graph0: 31001, number: 20000,
	}
	slots := t.world.Schedule(o.Incidents, o.Now())
	t.recs = make([]record, 0, o.Incidents+64)
	first := make([]int32, len(slots)) // the Graph record of each slot, for merges
	for i := range slots {
		g, s := t.stock(&slots[i])
		if first[i] = g; g < 0 {
			first[i] = s
		}
		if m := slots[i].Life.MergedInto; m >= 0 && g >= 0 && t.recs[first[m]].graph {
			moved := t.alertsOf(g)
			t.recs[g].redirect = first[m] + 1
			e := t.recs[first[m]].edit()
			e.moved = append(e.moved, moved...)
		}
	}
	for i := range t.recs {
		t.sh(&t.recs[i]).created = append(t.sh(&t.recs[i]).created, int32(i))
	}
	for _, sh := range []*shelf{&t.sen, &t.gra} {
		slices.SortFunc(sh.created, func(a, b int32) int {
			return cmp.Or(cmp.Compare(t.recs[a].created, t.recs[b].created), cmp.Compare(a, b))
		})
		sh.modified = slices.Clone(sh.created)
		slices.SortFunc(sh.modified, func(a, b int32) int {
			return cmp.Or(cmp.Compare(t.recs[a].modified, t.recs[b].modified), cmp.Compare(a, b))
		})
	}
	return t
}

func (t *tenant) sh(r *record) *shelf {
	if r.graph {
		return &t.gra
	}
	return &t.sen
}

// stock makes the records of a slot, without putting them on a shelf. A side that
// does not exist is -1.
func (t *tenant) stock(s *story.Slot) (graph, sentinel int32) {
	graph, sentinel = -1, -1
	life := s.Life
	if s.Side != story.Sentinel {
		r := t.newRecord(s, &life)
		r.graph = true
		r.number = t.graph0 + uint32(len(t.graphX))
		graph = int32(len(t.recs))
		t.graphX = append(t.graphX, graph)
		r.detail = uint8(max(0, wordIn(graphDetail, life.Determination)))
		t.recs = append(t.recs, r)
	}
	if s.Side != story.Defender {
		r := t.newRecord(s, &life)
		t.number++
		r.number = t.number
		sentinel = int32(len(t.recs))
		r.detail = uint8(max(0, wordIn(sentinelReason, reasonFor(life.Class, life.Determination))))
		if s.Side == story.Both { // the twin arrives a little later
			r.created += int64(40 * time.Second)
			r.modified = max(r.modified, r.created)
			r.twin = graph + 1
			t.recs[graph].twin = sentinel + 1
		}
		t.names[story.GUID(r.plan.Seed, "incident")] = sentinel
		t.recs = append(t.recs, r)
	}
	return graph, sentinel
}

func (t *tenant) newRecord(s *story.Slot, life *story.Life) record {
	r := record{
		plan: s.Plan, life: life, created: tick(s.Created), severity: t.world.Severity(s.Plan),
		status: life.Status, class: life.Class, rev: 1,
	}
	for _, at := range []time.Time{s.Created, life.LastAlert, life.Acked, life.ClosedAt, life.Reopened, life.CommentedAt} {
		if !at.IsZero() {
			r.modified = max(r.modified, tick(at))
		}
	}
	if life.Owner >= 0 {
		r.owner = t.intern(personOwner(t.world.Analysts()[life.Owner]))
		r.modBy = r.owner
		r.rev = 3
	}
	if life.AutomaticallyDone {
		r.owner = 0
		r.modBy = t.intern(owner{name: "Automation", kind: "Unknown"})
	}
	return r
}

func (t *tenant) intern(o owner) uint32 {
	if i, ok := t.ownerX[o]; ok {
		return i
	}
	t.owners = append(t.owners, o)
	t.ownerX[o] = uint32(len(t.owners) - 1)
	return uint32(len(t.owners) - 1)
}

// clock hands out a time that is never earlier than one before.
func (t *tenant) clock() int64 {
	t.last = max(t.last, tick(t.now()))
	return t.last
}

// arrive puts a new slot into the tenant.
func (t *tenant) arrive(s story.Slot) (graph, sentinel int32) {
	graph, sentinel = t.stock(&s)
	for _, i := range []int32{graph, sentinel} {
		if i >= 0 {
			t.shelve(i)
		}
	}
	return graph, sentinel
}

func (t *tenant) shelve(i int32) {
	sh := t.sh(&t.recs[i])
	sh.created = insert(sh.created, i, func(x int32) int64 { return t.recs[x].created })
	sh.modified = insert(sh.modified, i, func(x int32) int64 { return t.recs[x].modified })
}

func insert(list []int32, i int32, key func(int32) int64) []int32 {
	return slices.Insert(list, place(list, key, key(i), i), i)
}

// place is where (k, i) belongs in a list ordered by key and index.
func place(list []int32, key func(int32) int64, k int64, i int32) int {
	return sort.Search(len(list), func(n int) bool {
		x := list[n]
		if kx := key(x); kx != k {
			return kx > k
		}
		return x >= i
	})
}

// touch marks a record as changed by who, now.
func (t *tenant) touch(i int32, who owner) {
	r := &t.recs[i]
	sh := t.sh(r)
	mod := func(x int32) int64 { return t.recs[x].modified }
	if at := place(sh.modified, mod, r.modified, i); at < len(sh.modified) && sh.modified[at] == i {
		sh.modified = slices.Delete(sh.modified, at, at+1)
	}
	r.modified = t.clock()
	r.modBy = t.intern(who)
	r.rev++
	sh.modified = insert(sh.modified, i, mod)
}

// remove deletes a record; its index is never used again.
func (t *tenant) remove(i int32) {
	r := &t.recs[i]
	sh := t.sh(r)
	drop := func(list []int32, key func(int32) int64) []int32 {
		if at := place(list, key, key(i), i); at < len(list) && list[at] == i {
			return slices.Delete(list, at, at+1)
		}
		return list
	}
	sh.created = drop(sh.created, func(x int32) int64 { return t.recs[x].created })
	sh.modified = drop(sh.modified, func(x int32) int64 { return t.recs[x].modified })
	r.deleted = true
	if !r.graph {
		name := strings.ToLower(t.name(r))
		delete(t.names, name)
		t.gone[name] = i
	}
	if r.twin > 0 {
		t.recs[r.twin-1].twin = 0
	}
}

// name is a Sentinel incident's name in its resource id.
func (t *tenant) name(r *record) string {
	if r.edits != nil && r.edits.name != "" {
		return r.edits.name
	}
	return story.GUID(r.plan.Seed, "incident")
}

// sentinelAt finds an incident by name, ignoring case.
func (t *tenant) sentinelAt(name string) (int32, bool) {
	i, ok := t.names[strings.ToLower(name)]
	return i, ok
}

// graphAt finds an incident by its decimal id.
func (t *tenant) graphAt(id string) (int32, bool) {
	n := uint32(0)
	if len(id) == 0 || len(id) > 9 {
		return 0, false
	}
	for i := range len(id) {
		if id[i] < '0' || id[i] > '9' {
			return 0, false
		}
		n = n*10 + uint32(id[i]-'0')
	}
	if n < t.graph0 || n-t.graph0 >= uint32(len(t.graphX)) {
		return 0, false
	}
	i := t.graphX[n-t.graph0]
	return i, !t.recs[i].deleted
}
