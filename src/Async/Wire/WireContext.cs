using Microsoft.Extensions.Logging;
using PollHttp.Loop;

namespace PollHttp.Wire;

/// <summary>Holds what all records of a client have in common.</summary>
internal sealed record WireContext(WireObserver Observer, PollLoop Loop, ContinuationPolicy Continuations, ILogger Logger, IReadOnlyList<string> SecretFields);
