using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using PollHttp.Testing;
using PollHttp.Tests.EndToEnd;
using Xunit;

namespace PollHttp.Tests.Client;

/// <summary>
/// What the first GET of a process has compiled, which is most of what a start costs. Each count is taken in a process of its own, over real
/// sockets, with the library in IL; from the packages, which have it compiled ahead, it is a tenth.
/// </summary>
public sealed class ColdStartTests
{
    /// <summary>To be lowered when it gets better. What a plain GET does not use (a decoder, TLS, a record of the wire) would show here.</summary>
    private const int MostMethods = 1350;

    /// <summary>What is left after the preparation is mostly the test's own code, and generic code over it.</summary>
    private const int MostMethodsWhenPrepared = 150;

    [Fact]
    public async Task The_first_GET_has_nothing_compiled_that_it_does_not_use() =>
        Assert.InRange(await CountAsync(nameof(CountMethods)), 1, MostMethods);

    [Fact]
    public async Task After_the_preparation_the_first_GET_finds_the_code_of_the_library_compiled() =>
        Assert.InRange(await CountAsync(nameof(CountMethodsWhenPrepared)), 0, MostMethodsWhenPrepared);

    [Fact]
    public async Task The_preparation_runs_to_its_end_and_once()
    {
        Task<bool> first = Preparation.RunAsync();

        Assert.True(await first);
        Assert.Same(first, Preparation.RunAsync());
    }

    private static async Task<int> CountAsync(string method)
    {
        using LoopbackServer server = new(new ScriptedHttpServer(_ => ServerReply.Text("hello")), isTls: false);
        using Process process = ChildProgram.Start(method, $"http://127.0.0.1:{server.Port}/");
        string count = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
        return int.Parse(count, CultureInfo.InvariantCulture);
    }

    /// <summary>Runs in a process of its own.</summary>
    internal static void CountMethods(string address)
    {
        long before = JitInfo.GetCompiledMethodCount();
        using PollHttpClient client = new();
        GetAsync(client, address).GetAwaiter().GetResult();
        Console.Write(JitInfo.GetCompiledMethodCount() - before);
    }

    /// <summary>Runs in a process of its own.</summary>
    internal static void CountMethodsWhenPrepared(string address)
    {
        bool isPrepared = Preparation.RunAsync().GetAwaiter().GetResult();
        long before = JitInfo.GetCompiledMethodCount(currentThread: true);
        using PollLoop loop = new();
        using PollHttpClient client = new(loop);
        Task get = GetAsync(client, address);
        while (!get.IsCompleted)
        {
            loop.Poll(TimeSpan.FromMilliseconds(0.5));
        }

        get.GetAwaiter().GetResult();
        Console.Write(isPrepared ? JitInfo.GetCompiledMethodCount(currentThread: true) - before : -1);
    }

    private static async Task GetAsync(PollHttpClient client, string address)
    {
        using Response response = await client.GetAsync(address);
        await foreach (ReadOnlyMemory<byte> slice in response.Body)
        {
            _ = slice.Length;
        }
    }
}
