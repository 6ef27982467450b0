namespace PollHttp.Swarm;

/// <summary>One thing that a server does while it answers.</summary>
internal readonly record struct AnswerStep(StepKind Kind, ReadOnlyMemory<byte> Bytes = default, TimeSpan Time = default);
