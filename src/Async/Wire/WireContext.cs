using Microsoft.Extensions.Logging;

namespace PollHttp.Wire;

/// <summary>What is the same for all records of a client.</summary>
internal sealed record WireContext(WireObserver Observer, PollLoop Loop, ILogger Logger, IReadOnlyList<string> SecretFields);
