using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests;

/// <summary>JSON that is still on its connection when it is asked for: it is parsed there, or in rented memory.</summary>
public sealed partial class JsonSliceTests
{
    public static TheoryData<int, int> Shapes => new()
    {
        { 1, 0 }, { 70_000, 0 }, { 70_000, 1000 }, { 300_000, 0 }, { 300_000, 16_384 }, { 2_000_000, 100_000 }, { 40_000, 777 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Json_of_any_size_in_any_pieces_is_the_same_value(int padding, int piece)
    {
        foreach (string start in (string[])["", "\uFEFF"])
        {
            ServerReply reply = Reply($$"""{{start}}{"pad":"{{new string('p', padding)}}","x":7} """, piece);
            UploadScene scene = new(reply, reply);

            scene.Run(async client =>
            {
                Assert.Equal(7, (await client.GetFromJsonAsync(UploadScene.Address, SliceContext.Default.Value))!.X);
                Assert.Equal(7, (await client.GetFromJsonAsync(UploadScene.Address, SliceContext.Default.Value))!.X);
                Assert.Equal(1, client.Pool.OpenConnections); // free after the first
                return 0;
            });
        }
    }

    [Theory]
    [InlineData(70_000)]
    [InlineData(600_000)]
    public void What_follows_the_value_is_an_error_and_the_connection_is_kept(int padding)
    {
        ServerReply reply = Reply($$"""{"x":7,"pad":"{{new string('p', padding)}}"} more""", 0);
        UploadScene scene = new(reply, reply);

        scene.Run(async client =>
        {
            await Assert.ThrowsAsync<JsonException>(() => client.GetFromJsonAsync(UploadScene.Address, SliceContext.Default.Value));
            await Assert.ThrowsAsync<JsonException>(() => client.GetFromJsonAsync(UploadScene.Address, SliceContext.Default.Value));
            Assert.Equal(1, client.Pool.OpenConnections);
            return 0;
        });
    }

    [Fact]
    public async Task Json_of_half_a_megabyte_allocates_no_memory_of_its_size()
    {
        const int Size = 500_000;
        SimulatedNetwork network = new();
        network.Listen("a.test", 80, new FixedResponseServer(
            $$"""HTTP/1.1 200 OK{{"\r\n"}}Content-Length: {{Size + 16}}{{"\r\n\r\n"}}{"x":7,"pad":"{{new string('p', Size)}}"}"""));
        using PollLoop loop = new(network);
        using PollHttpClient client = new(loop);
        Uri address = new("http://a.test/");
        long least = long.MaxValue;
        for (int pass = 0; pass < 10; pass++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Task<Value?> reading = client.GetFromJsonAsync(address, SliceContext.Default.Value);
            while (!reading.IsCompleted)
            {
                loop.Poll();
            }

            Assert.Equal(7, (await reading)!.X);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.InRange(least, 1, 8 * 1024);
    }

    private static ServerReply Reply(string text, int piece)
    {
        byte[] body = Encoding.UTF8.GetBytes(text);
        return new((byte[])[.. Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {body.Length}\r\n\r\n"), .. body])
        {
            DribbleSize = piece,
            DribbleDelay = TimeSpan.FromMilliseconds(1),
        };
    }

    internal sealed record Value(int X);

    [JsonSerializable(typeof(Value))]
    [JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
    internal sealed partial class SliceContext : JsonSerializerContext;
}
