using System.Collections.Concurrent;
using Grpc.Core;

namespace PollHttp.Grpc.Tests;

/// <summary>What the servers have noticed of calls, by the name that a call has in its metadata.</summary>
internal sealed class CallMarks
{
    private const string Field = "x-call";

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, TaskCompletionSource> _marks = new();

    /// <summary>Makes metadata with a new name.</summary>
    public static Metadata NewName() => new() { { Field, $"{Guid.NewGuid()}" } };

    /// <summary>At the server: the call is under way.</summary>
    public void NoteStart(ServerCallContext context) => Find("start", context.RequestHeaders)?.TrySetResult();

    /// <summary>At the server: the call was given up.</summary>
    public void NoteCancellation(ServerCallContext context) => Find("cancellation", context.RequestHeaders)?.TrySetResult();

    public Task WaitForStartAsync(Metadata call) => Find("start", call)!.Task.WaitAsync(s_patience);

    public Task WaitForCancellationAsync(Metadata call) => Find("cancellation", call)!.Task.WaitAsync(s_patience);

    private TaskCompletionSource? Find(string kind, Metadata call) => call.GetValue(Field) is { } name
        ? _marks.GetOrAdd($"{kind} of {name}", static _ => new(TaskCreationOptions.RunContinuationsAsynchronously))
        : null;
}
