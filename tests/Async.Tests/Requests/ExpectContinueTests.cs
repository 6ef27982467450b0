using PollHttp.Testing;
using Xunit;

namespace PollHttp.Tests;

public sealed class ExpectContinueTests
{
    private const string Ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private static readonly (string, string) s_expect = ("Expect", "100-continue");

    public static TheoryData<string> Shapes() => [.. ContentShapes.All.Keys];

    [Theory]
    [MemberData(nameof(Shapes))]
    [Trait("rule", "R-101")]
    [Trait("parity", "P-009")]
    public void Content_waits_for_the_100_and_is_not_touched_before(string shape)
    {
        bool touchedEarly = false;
        var content = new Watched(ContentShapes.All[shape](new byte[100]));
        var server = new HeadServer(peer => peer.CallAfter(TimeSpan.FromMilliseconds(300), 0))
        {
            OnTime = peer =>
            {
                touchedEarly = content.IsTouched;
                peer.Send("HTTP/1.1 100 Continue\r\n\r\n");
            },
            OnContent = peer => peer.Send(Ok),
        };
        var scene = new UploadScene(server);

        Assert.Equal(200, scene.Put(content, s_expect));

        Assert.False(touchedEarly);
        Assert.True(content.IsTouched);
        Assert.Equal(TimeSpan.FromMilliseconds(300), scene.Elapsed);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    [Trait("rule", "R-109")]
    [Trait("fault", "F-20")]
    public void Content_is_sent_after_a_second_without_a_100(string shape)
    {
        var server = new ScriptedHttpServer(ServerReply.Text("ok")) { SendsContinue = false };
        var scene = new UploadScene(server);

        Assert.Equal(200, scene.Put(ContentShapes.All[shape](new byte[100]), s_expect));

        Assert.Equal(100, scene.Request.Body.Length);
        Assert.Equal(TimeSpan.FromSeconds(1), scene.Elapsed);
    }

    [Fact]
    [Trait("fault", "F-22")]
    public void A_100_after_the_content_began_is_ignored()
    {
        var server = new HeadServer(static _ => { }) { OnContent = peer => peer.Send("HTTP/1.1 100 Continue\r\n\r\n" + Ok) };

        Assert.Equal(200, new UploadScene(server).Put(RequestContent.FromBytes(new byte[10]), s_expect));
    }

    [Theory]
    [InlineData(401, "")]
    [InlineData(401, "Connection: close\r\n")]
    [InlineData(413, "")]
    [InlineData(413, "Connection: close\r\n")]
    [InlineData(307, "")]
    [Trait("rule", "R-108")]
    [Trait("past", "C-39")]
    public void A_refusal_in_place_of_the_100_keeps_the_content_back_and_the_connection_is_not_used_again(int status, string close)
    {
        string[] answers = [$"HTTP/1.1 {status} No\r\nContent-Length: 2\r\n{close}\r\nno", Ok];
        int next = 0;
        var server = new HeadServer(peer => peer.Send(answers[next++]));
        var scene = new UploadScene(server);
        var content = new Watched(RequestContent.FromBytes(new byte[100]));

        int second = scene.Run(async client =>
        {
            using Response refusal = await client.SendAsync(UploadScene.NewRequest(content, s_expect));
            Assert.Equal((status, "no"), ((int)refusal.StatusCode, await refusal.ReadAsStringAsync()));
            using Response response = await client.GetAsync(UploadScene.Address);
            return (int)response.StatusCode;
        });

        Assert.Equal(200, second);
        Assert.False(content.IsTouched);
        Assert.All(server.Contents, c => Assert.Equal(0, c.Length));
        Assert.Equal(2, server.Connections);
    }

    [Theory]
    [InlineData("200 OK\r\n")]
    [InlineData("401 No\r\nWWW-Authenticate: Basic realm=\"a\", NTLM\r\n")]
    [InlineData("401 No\r\nWWW-Authenticate: Negotiate\r\n")]
    [Trait("rule", "R-108")]
    [Trait("past", "C-39")]
    public void A_final_answer_that_wants_the_content_gets_it_and_the_connection_is_used_again(string statusAndFields)
    {
        int heads = 0;
        var server = new HeadServer(peer =>
        {
            heads++;
            peer.Send($"HTTP/1.1 {statusAndFields}Content-Length: 0\r\n\r\n");
        })
        {
            OnContent = peer =>
            {
                if (((System.Text.StringBuilder)peer.State!).Length == 100)
                {
                    peer.State = null; // the next head
                }
            },
        };
        var scene = new UploadScene(server);

        scene.Run(async client =>
        {
            using (await client.SendAsync(UploadScene.NewRequest(RequestContent.FromBytes(new byte[100]), s_expect)))
            {
            }

            while (client.Pool.IdleConnections == 0)
            {
                await Task.Yield(); // the content is still on its way
            }

            using Response second = await client.GetAsync(UploadScene.Address);
            return 0;
        });

        Assert.Equal(100, server.Contents[0].Length);
        Assert.Equal(2, heads);
        Assert.Equal(1, server.Connections);
    }

    [Fact]
    [Trait("fault", "F-21")]
    public void A_417_is_answered_by_sending_again_without_the_expectation()
    {
        int next = 0;
        var server = new HeadServer(peer =>
        {
            if (next++ == 0)
            {
                peer.Send("HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n");
            }
        })
        {
            OnContent = peer => peer.Send(Ok),
        };
        var content = new Watched(ContentShapes.All["pipe"](new byte[10]));

        Assert.Equal(200, new UploadScene(server).Put(content, s_expect, ("X-Own", "1")));

        Assert.Equal(2, server.Heads.Count);
        Assert.Contains("Expect: 100-continue", server.Heads[0], StringComparison.Ordinal);
        Assert.DoesNotContain("Expect", server.Heads[1], StringComparison.Ordinal);
        Assert.Contains("X-Own: 1", server.Heads[1], StringComparison.Ordinal);
    }

    [Fact]
    [Trait("fault", "F-21")]
    public void A_417_that_comes_again_is_the_answer()
    {
        var server = new HeadServer(peer => peer.Send("HTTP/1.1 417 No\r\nContent-Length: 0\r\n\r\n"));

        Assert.Equal(417, new UploadScene(server).Put(RequestContent.FromBytes(new byte[10]), s_expect));
        Assert.Equal(2, server.Heads.Count);
    }

    [Fact]
    [Trait("rule", "R-142")]
    public void Expectation_without_a_content_is_refused()
    {
        var scene = new UploadScene();

        Assert.Throws<ArgumentException>(() => scene.Put(RequestContent.FromBytes(default), s_expect));
        Assert.Empty(scene.Sends);
    }

    /// <summary>Tells whether a content was asked for its bytes.</summary>
    private sealed class Watched(RequestContent inner) : RequestContent
    {
        public bool IsTouched { get; private set; }

        public override long? Length => inner.Length;

        public override bool IsReplayable => inner.IsReplayable;

        public override ValueTask WriteToAsync(ContentSink sink, CancellationToken cancellationToken = default)
        {
            IsTouched = true;
            return inner.WriteToAsync(sink, cancellationToken);
        }
    }
}
