using Microsoft.Extensions.Logging;
using PollHttp.Loop;

namespace PollHttp.Wire;

/// <summary>What is the same for all records of a client.</summary>
internal sealed record WireContext(WireObserver Observer, PollLoop Loop, ContinuationPolicy Continuations, ILogger Logger, IReadOnlyList<string> SecretFields);
