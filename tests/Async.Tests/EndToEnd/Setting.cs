using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.EndToEnd;

/// <summary>Who calls Poll.</summary>
internal enum Drive
{
    Manual,
    Run,
    Background,

    /// <summary>The calling thread, for the length of a call.</summary>
    Sync,
}

/// <summary>Under what a scenario runs: which network, which drive, TLS or not, and what the way is like.</summary>
internal sealed record Setting(bool IsSimulated, Drive Drive, bool IsTls, LinkOptions? Link = null)
{
    private static readonly LinkOptions s_bytewise = new() { SegmentSize = 1 };
    private static readonly LinkOptions s_far = new() { Latency = TimeSpan.FromMilliseconds(40), SegmentSize = 1400 };
    private static readonly LinkOptions s_choppy = new() { Latency = TimeSpan.FromMilliseconds(1), SegmentSize = 300, RandomSegments = true };

    private static readonly Dictionary<string, Setting> s_all = new()
    {
        ["simulated, manual, http"] = new(true, Drive.Manual, false),
        ["simulated, manual, https, far"] = new(true, Drive.Manual, true, s_far),
        ["simulated, manual, http, byte by byte"] = new(true, Drive.Manual, false, s_bytewise),
        ["simulated, run, http, far"] = new(true, Drive.Run, false, s_far),
        ["simulated, run, https, choppy"] = new(true, Drive.Run, true, s_choppy),
        ["sockets, manual, http"] = new(false, Drive.Manual, false),
        ["sockets, manual, https"] = new(false, Drive.Manual, true),
        ["sockets, run, http"] = new(false, Drive.Run, false),
        ["sockets, run, https"] = new(false, Drive.Run, true),
        ["sockets, background, http"] = new(false, Drive.Background, false),
        ["sockets, background, https"] = new(false, Drive.Background, true),
        ["simulated, sync, http, choppy"] = new(true, Drive.Sync, false, s_choppy),
        ["simulated, sync, https, far"] = new(true, Drive.Sync, true, s_far),
        ["sockets, sync, http"] = new(false, Drive.Sync, false),
        ["sockets, sync, https"] = new(false, Drive.Sync, true),
    };

    public string Scheme => IsTls ? "https" : "http";

    public static Setting Of(string name) => s_all[name];

    /// <summary>The names of all settings, for theories.</summary>
    public static TheoryData<string> All() => [.. s_all.Where(s => s.Value.Drive != Drive.Sync).Select(s => s.Key)];

    /// <summary>Those of the sync drive: a scenario must call through its <see cref="Scene"/>.</summary>
    public static TheoryData<string> Sync() => [.. s_all.Where(s => s.Value.Drive == Drive.Sync).Select(s => s.Key)];

    /// <summary>The names of all settings, sync ones too.</summary>
    public static TheoryData<string> AllAndSync() => [.. s_all.Keys];

    /// <summary>Those on the simulated network: for what only virtual time or an exact order can show.</summary>
    public static TheoryData<string> Simulated() => [.. s_all.Where(s => s.Value.IsSimulated && s.Value.Drive != Drive.Sync).Select(s => s.Key)];

    /// <summary>Those without TLS: for what is about the bytes of HTTP or the socket alone.</summary>
    public static TheoryData<string> Plain() => [.. s_all.Where(s => !s.Value.IsTls && s.Value.Drive != Drive.Sync).Select(s => s.Key)];
}
