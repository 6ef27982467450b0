using System.Globalization;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests;

/// <summary>What a consumer does not take stays with the server, and nobody else waits for it.</summary>
public sealed class BackpressureTests
{
    private const int Piece = 64 * 1024;

    [Fact]
    public void A_consumer_that_stops_reading_stops_the_socket_at_the_high_water_mark()
    {
        var scene = new BodyScene(Framing.Chunked);
        scene.Run(async response =>
        {
            for (int i = 0; i < 64; i++)
            {
                scene.Write(new byte[Piece]);
            }

            scene.End();
            await scene.SettleAsync();
            Assert.InRange(scene.Peer!.UnreadByClient, (64 * Piece) - (1024 * 1024), (64 * Piece) - (256 * 1024));

            Assert.Equal(64 * Piece, (await response.ReadAsByteArrayAsync()).Length);
            Assert.Equal(0, scene.Peer.UnreadByClient);
        });
    }

    [Fact]
    public void A_body_that_nobody_reads_holds_up_no_other_of_its_loop()
    {
        var scene = new BodyScene(Framing.Chunked);
        scene.Run(async (slow, loop) =>
        {
            for (int i = 0; i < 64; i++)
            {
                scene.Write(new byte[Piece]);
            }

            ServerPeer slowPeer = scene.Peer!;
            using var client = new PollHttpClient(loop);
            using Response other = await client.GetAsync("http://body.example/");
            Assert.NotSame(slowPeer, scene.Peer);
            for (int i = 0; i < 64; i++)
            {
                scene.Write(new byte[Piece]);
            }

            scene.End();
            Assert.Equal(64 * Piece, (await other.ReadAsByteArrayAsync()).Length);
            Assert.InRange(slowPeer.UnreadByClient, 1, int.MaxValue);
        });
    }

    [Fact]
    public void A_large_chunked_body_takes_no_memory_of_its_size()
    {
        const long Size = 256L * 1024 * 1024;
        var network = new SimulatedNetwork();
        network.Listen("large.example", 80, new Source(Size));
        PollLoop.Run( // counts what is allocated, and so does without a drive that allocates
            async loop =>
            {
                using var client = new PollHttpClient(loop);
                using Response response = await client.GetAsync("http://large.example/");
                long before = GC.GetAllocatedBytesForCurrentThread();
                long received = 0;
                await foreach (ReadOnlyMemory<byte> slice in response.Body)
                {
                    received += slice.Length;
                }

                Assert.Equal(Size, received);
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 * 1024 * 1024);
            },
            network);
    }

    [Fact]
    public async Task In_background_drive_a_consumer_receives_by_itself_what_it_made_room_for()
    {
        const int Size = 64 * Piece;
        var network = new SimulatedNetwork();
        byte[] message = [.. System.Text.Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Length: {Size}\r\n\r\n"), .. new byte[Size]];
        network.Listen("large.example", 80, new ScriptedHttpServer(_ => new ServerReply(message)));
        using var reactor = new OtherThread();
        PollLoop loop = reactor.Do(() => new PollLoop(network, isBackground: true));
        using var client = new PollHttpClient(loop);
        Task<Response> pending = client.GetAsync("http://large.example/");
        bool moved = true;
        while (moved || !pending.IsCompleted)
        {
            moved = reactor.Do(() => loop.RunInputOutput(TimeSpan.Zero) | loop.RunUserCode());
        }

        using Response response = await pending;
        long passes = loop.PassCount;
        long received = 0;
        await using IAsyncEnumerator<ReadOnlyMemory<byte>> slices = response.Body.GetAsyncEnumerator();
        while (received < Size)
        {
            ValueTask<bool> next = slices.MoveNextAsync();
            Assert.True(next.IsCompletedSuccessfully, $"after {received} bytes it waited for the reactor");
            Assert.True(await next);
            received += slices.Current.Length;
        }

        Assert.Equal(passes, loop.PassCount);
        reactor.Do(() =>
        {
            loop.Dispose();
            return true;
        });
    }

    /// <summary>A thread that does one thing at a time, while who asked for it waits.</summary>
    private sealed class OtherThread : IDisposable
    {
        private readonly SemaphoreSlim _asked = new(0);
        private readonly SemaphoreSlim _done = new(0);
        private Action? _work;

        public OtherThread()
        {
            Thread thread = new(Run) { IsBackground = true };
            thread.Start();
        }

        public T Do<T>(Func<T> work)
        {
            T? result = default;
            Exception? failure = null;
            _work = () =>
            {
                failure = Record.Exception(() => result = work());
            };
            _asked.Release();
            _done.Wait();
            return failure is null ? result! : throw failure;
        }

        public void Dispose()
        {
            _work = null;
            _asked.Release();
        }

        private void Run()
        {
            while (true)
            {
                _asked.Wait();
                if (_work is not { } work)
                {
                    return;
                }

                work();
                _done.Release();
            }
        }
    }

    /// <summary>Sends a chunk whenever the client has read what there was.</summary>
    private sealed class Source(long size) : IServerScript
    {
        private static readonly byte[] s_chunk = MakeChunk();
        private long _left = size;

        public void OnConnected(ServerPeer peer)
        {
        }

        public void OnReceived(ServerPeer peer)
        {
            if (!peer.Received.EndsWith("\r\n\r\n"u8))
            {
                return;
            }

            peer.Consume(peer.Received.Length);
            peer.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            OnTimer(peer, 0);
        }

        public void OnTimer(ServerPeer peer, int token)
        {
            while (_left > 0 && peer.UnreadByClient < 4 * Piece)
            {
                peer.Send(s_chunk);
                _left -= Piece;
            }

            if (_left > 0)
            {
                peer.CallAfter(TimeSpan.FromMilliseconds(1), 0);
            }
            else
            {
                peer.Send("0\r\n\r\n"u8);
            }
        }

        public void OnEnd(ServerPeer peer) => peer.Close();

        private static byte[] MakeChunk()
        {
            byte[] head = System.Text.Encoding.ASCII.GetBytes(Piece.ToString("x", CultureInfo.InvariantCulture) + "\r\n");
            return [.. head, .. new byte[Piece], .. "\r\n"u8];
        }
    }
}
