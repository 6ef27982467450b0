using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;
using Xunit.Abstractions;

namespace PollHttp.Tests.EndToEnd;

/// <summary>
/// A body much larger than any buffer, and a consumer slower than its server. POLLHTTP_LARGE_BODY_GIB says how many GiB; the little
/// of an ordinary run shows the same.
/// </summary>
public sealed class LargeBodyTests(ITestOutputHelper output)
{
    /// <summary>High-water mark, the block being filled, and what a reader still looks at.</summary>
    private const long MostHeld = 1024 * 1024;

    private static readonly long s_size = (long)(GiB * 1024 * 1024 * 1024);

    private static double GiB => double.TryParse(
        Environment.GetEnvironmentVariable("POLLHTTP_LARGE_BODY_GIB"), NumberStyles.Float, CultureInfo.InvariantCulture, out double gib) ? gib : 0.25;

    [Theory]
    [InlineData(Framing.Length)]
    [InlineData(Framing.Chunked)]
    public void A_slow_consumer_in_virtual_time_holds_flat_memory(Framing framing)
    {
        SlabPool slabs = new();
        SimulatedNetwork network = new();
        FirehoseScript script = new(s_size, framing);
        network.Listen("large.example", 80, script);
        PollLoop.Run(
            async loop =>
            {
                using var client = new PollHttpClient(loop, new() { Slabs = slabs });
                using Response response = await client.GetAsync("http://large.example/");
                long received = 0;
                long most = 0;
                int slices = 0;
                await foreach (ReadOnlyMemory<byte> slice in response.Body)
                {
                    received += slice.Length;
                    most = Math.Max(most, slabs.Outstanding);
                    if (++slices % 16 == 0)
                    {
                        await Task.Delay(TimeSpan.FromMilliseconds(50), network.Clock);
                    }
                }

                Assert.Equal(s_size, received);
                Assert.True(script.TimesHeldBack > 10, "The consumer was not slower than the server.");
                Assert.InRange(most * 256 * 1024, 1, MostHeld);
            },
            network);
        Assert.Equal(0, slabs.Outstanding);
    }

    [Theory]
    [InlineData(Framing.Length)]
    [InlineData(Framing.Chunked)]
    public async Task A_slow_consumer_over_sockets_holds_flat_memory(Framing framing)
    {
        SlabPool slabs = new();
        using FirehoseServer server = new(s_size, framing);
        await using var client = new PollHttpClient(new PollHttpClientOptions { Slabs = slabs });
        using Response response = await client.GetAsync($"http://127.0.0.1:{server.Port}/");
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512); // slower than any loopback
        using Process self = Process.GetCurrentProcess();
        long received = 0;
        long most = 0;
        long mostResident = 0;
        long firstResident = 0;
        await foreach (ReadOnlyMemory<byte> slice in response.Body)
        {
            hash.AppendData(slice.Span);
            most = Math.Max(most, slabs.Outstanding);
            if (received >> 26 != (received += slice.Length) >> 26)
            {
                self.Refresh();
                mostResident = Math.Max(mostResident, self.WorkingSet64);
                firstResident = firstResident == 0 ? mostResident : firstResident;
            }
        }

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{received} bytes; at most {most} slabs; resident after 64 MiB: {firstResident >> 20} MiB, at most: {mostResident >> 20} MiB"));
        Assert.Equal(s_size, received);
        Assert.InRange(most * 256 * 1024, 1, MostHeld);
    }
}
