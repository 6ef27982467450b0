using System.Buffers.Binary;
using System.Net;
using System.Text;
using PollHttp.Core;
using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests.Exchanges;

/// <summary>
/// NTLM authenticates connections, not requests. The server here checks the order of messages and that they keep to one
/// connection, not the proof itself; the runtime's own implementation of NTLM makes the client's.
/// </summary>
public class NtlmTests
{
    private const string Address = "http://a.test/";

    [Fact]
    [Trait("parity", "P-048")]
    public void The_dialogue_keeps_to_one_connection_which_is_used_again_for_the_same_person()
    {
        using World world = new(o => o.Credentials = new NetworkCredential("user", "word", "domain"));
        NtlmServer ntlm = new();
        ScriptedHttpServer server = world.Serve("a.test", ntlm.Answer);
        Assert.Equal("in", world.GetText(Address));
        Assert.Equal("in", world.GetText(Address));
        ServerRequest[] dialogue = [.. server.Requests.Where(r => r.Header("Authorization") is not null)];
        Assert.Equal([1, 3], dialogue.Select(r => NtlmServer.TypeOf(r)));
        Assert.Single(dialogue.Select(r => r.ConnectionNumber).Distinct());
        Assert.Equal(dialogue[0].ConnectionNumber, server.Requests[^1].ConnectionNumber);
        Assert.Null(server.Requests[^1].Header("Authorization"));
    }

    [Fact]
    [Trait("parity", "P-048")]
    [Trait("rule", "R-121")]
    [Trait("past", "C-12")]
    public void Nobody_elses_request_goes_over_an_authenticated_connection()
    {
        using World world = new();
        NtlmServer ntlm = new();
        ScriptedHttpServer server = world.Serve("a.test", ntlm.Answer);
        foreach (string user in new[] { "one", "two", "one" })
        {
            Request request = new("GET", Address) { Options = new() { Credentials = new NetworkCredential(user, "word") } };
            using Response response = world.Run(world.Client.SendAsync(request));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }

        using Response anonymous = world.Get(Address);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
        Assert.DoesNotContain(server.Requests[^1].ConnectionNumber, ntlm.Authenticated);
        Assert.Equal(2, ntlm.Authenticated.Count);
    }

    [Fact]
    [Trait("rule", "R-196")]
    public void A_refused_proof_is_the_end_of_it()
    {
        using World world = new(o => o.Credentials = new NetworkCredential("user", "wrong"));
        NtlmServer ntlm = new() { Refuses = true };
        ScriptedHttpServer server = world.Serve("a.test", ntlm.Answer);
        using Response response = world.Get(Address);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(2, server.Requests.Count(r => r.Header("Authorization") is not null));
    }

    [Fact]
    [Trait("rule", "R-108")]
    public void The_content_is_sent_with_each_message_of_the_dialogue()
    {
        using World world = new(o => o.Credentials = new NetworkCredential("user", "word"));
        ScriptedHttpServer server = world.Serve("a.test", new NtlmServer().Answer);
        using Response response = world.Run(world.Client.PostAsync(Address, RequestContent.FromString("content")));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.All(server.Requests, r => Assert.Equal("content", r.BodyText));
    }

    private sealed class NtlmServer
    {
        private static readonly byte[] s_signature = Encoding.ASCII.GetBytes("NTLMSSP\0");

        public HashSet<int> Authenticated { get; } = [];

        public bool Refuses { get; init; }

        public static int TypeOf(ServerRequest request) => BinaryPrimitives.ReadInt32LittleEndian(MessageOf(request).AsSpan(8));

        public ServerReply Answer(ServerRequest request)
        {
            if (Authenticated.Contains(request.ConnectionNumber))
            {
                return World.Reply(200, body: "in");
            }

            if (request.Header("Authorization") is null)
            {
                return World.Reply(401, "WWW-Authenticate: NTLM", "who are you?");
            }

            byte[] message = MessageOf(request);
            Assert.True(message.AsSpan().StartsWith(s_signature));
            if (TypeOf(request) == 1)
            {
                return World.Reply(401, "WWW-Authenticate: NTLM " + Convert.ToBase64String(Challenge(BinaryPrimitives.ReadUInt32LittleEndian(message.AsSpan(12)))), "prove it");
            }

            if (Refuses)
            {
                return World.Reply(401, "WWW-Authenticate: NTLM");
            }

            Authenticated.Add(request.ConnectionNumber);
            return World.Reply(200, body: "in");
        }

        private static byte[] MessageOf(ServerRequest request) => Convert.FromBase64String(request.Header("Authorization")!["NTLM ".Length..]);

        /// <summary>The second message (MS-NLMP 2.2.1.2), with the flags that the client asked for.</summary>
        private static byte[] Challenge(uint flags)
        {
            byte[] name = Encoding.Unicode.GetBytes("SERVER");
            byte[] info = [.. Pair(2, name), .. Pair(1, name), .. Pair(7, new byte[8]), .. Pair(0, [])];
            byte[] message = new byte[56 + name.Length + info.Length];
            s_signature.CopyTo(message, 0);
            BinaryPrimitives.WriteInt32LittleEndian(message.AsSpan(8), 2);
            WriteField(message.AsSpan(12), name.Length, 56);
            BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(20), flags | 0x0082_0000 | 0x4); // server name and target info are there
            "12345678"u8.CopyTo(message.AsSpan(24));
            WriteField(message.AsSpan(40), info.Length, 56 + name.Length);
            message[48] = 6;
            message[55] = 15;
            name.CopyTo(message, 56);
            info.CopyTo(message, 56 + name.Length);
            return message;
        }

        private static byte[] Pair(short id, byte[] value)
        {
            byte[] pair = new byte[4 + value.Length];
            BinaryPrimitives.WriteInt16LittleEndian(pair, id);
            BinaryPrimitives.WriteInt16LittleEndian(pair.AsSpan(2), (short)value.Length);
            value.CopyTo(pair, 4);
            return pair;
        }

        private static void WriteField(Span<byte> field, int length, int offset)
        {
            BinaryPrimitives.WriteInt16LittleEndian(field, (short)length);
            BinaryPrimitives.WriteInt16LittleEndian(field[2..], (short)length);
            BinaryPrimitives.WriteInt32LittleEndian(field[4..], offset);
        }
    }
}
