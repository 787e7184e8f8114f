// Package kill_test kills a process at random moments of pulling, queueing and sending,
// and compares what it said, what it stored and what arrived. The process is this test
// binary, with a real sealed cache, the real engine and the real outbox; the services
// live in the parent, where no kill reaches them.
package kill_test
