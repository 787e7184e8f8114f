// Package process keeps what the program holds in memory, and the files it creates, from
// others on the computer: no core dumps, memory that other processes of the same user
// cannot read, nothing created for a group or for everybody. Each system offers some of
// it; State says what holds. What the program starts inherits the limit on core dumps and
// the umask, nothing else.
package process
