namespace PollHttp.Core;

/// <summary>The figures of an exchange that its response keeps: a statistic is added here, and counted by both protocols.</summary>
/// <param name="Times">When it got how far.</param>
/// <param name="BodyBytesReceived">The body bytes received, without framing and before any decoding.</param>
internal readonly record struct ExchangeFigures(ExchangeTimes Times, long BodyBytesReceived);
