namespace PollHttp.Testing;

internal readonly record struct ScheduledEvent(IScheduled Target, int What);
