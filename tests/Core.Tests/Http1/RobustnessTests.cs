using System.Text;
using Xunit;

namespace PollHttp.Core.Tests;

/// <summary>
/// Random and damaged input, from fixed seeds: it never throws, never hangs, stays within the limits (the driver checks all
/// three), and gives the same whatever the pieces.
/// </summary>
public sealed class RobustnessTests
{
    private static readonly string[] s_corpus =
    [
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;a=\"b\"\r\nhello\r\n3 \r\nabc\r\n0\r\nA: b\r\nDigest: x\r\n\r\n",
        "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2, 2\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\td\r\n\r\nuntil the close",
        "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    ];

    private static readonly string[] s_words =
    [
        "\r\n", "\n", "\r", "\0", " ", "\t", ":", ",", ";", "\"", "HTTP/1.1 ", "HTTP/2 ", "200", "101", "Transfer-Encoding: chunked\r\n",
        "Content-Length: ", "ffffffffffffffff", "0\r\n\r\n", "-1", "99999999999999999999", "Connection: close\r\n", "\u00ff", "\u0080\u0081",
    ];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Random_bytes_harm_nobody(int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < 150; i++)
        {
            byte[] bytes = new byte[random.Next(0, 400)];
            random.NextBytes(bytes);
            if (i % 2 == 0)
            {
                Encoding.Latin1.GetBytes("HTTP/1.1 200 OK\r\n").AsSpan(0, Math.Min(17, bytes.Length)).CopyTo(bytes);
            }

            Check(bytes, random, seed, i);
        }
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(14)]
    [InlineData(15)]
    [InlineData(16)]
    public void Damaged_responses_harm_nobody(int seed)
    {
        var random = new Random(seed);
        for (int i = 0; i < 200; i++)
        {
            StringBuilder text = new(s_corpus[random.Next(s_corpus.Length)]);
            for (int change = random.Next(1, 5); change > 0; change--)
            {
                Damage(text, random);
            }

            Check(Encoding.Latin1.GetBytes(text.ToString()), random, seed, i);
        }
    }

    private static void Damage(StringBuilder text, Random random)
    {
        int at = random.Next(text.Length + 1);
        switch (random.Next(5))
        {
            case 0:
                text.Insert(at, s_words[random.Next(s_words.Length)]);
                break;
            case 1 when at < text.Length:
                text[at] = (char)random.Next(256);
                break;
            case 2:
                text.Remove(at, Math.Min(random.Next(1, 6), text.Length - at));
                break;
            case 3:
                text.Insert(at, text.ToString(0, Math.Min(text.Length, random.Next(1, 60))));
                break;
            default:
                text.Append(s_corpus[random.Next(s_corpus.Length)]);
                break;
        }
    }

    private static void Check(byte[] bytes, Random random, int seed, int number)
    {
        Exchange exchange = Exchange.Get(bytes)
            .Lenient(Sometimes(Leniency.BareLineFeed) | Sometimes(Leniency.ControlCharacters)
                | Sometimes(Leniency.RepeatedChunked) | Sometimes(Leniency.MissingCloseNotify))
            .Limited(l => l.BodyBytes = random.Next(4) == 0 ? 7 : null)
            .For(random.Next(5) == 0 ? "HEAD" : "GET");
        switch (random.Next(4))
        {
            case 0:
                exchange.ThenEnds();
                break;
            case 1:
                exchange.ThenEnds(EndKind.NoCloseNotify);
                break;
            case 2:
                exchange.ThenResets();
                break;
        }

        Transcript whole = exchange.Run(new("whole", [bytes.Length], false, false));
        foreach (Cutting cutting in Cutting.All(bytes.Length).Where((_, i) => i % 17 == 0 || i < 8))
        {
            Transcript cut = exchange.Run(cutting);
            Assert.True(
                (whole.Log, whole.Details) == (cut.Log, cut.Details),
                $"seed {seed}, {number}, {cutting.Name}: {whole.Log} / {cut.Log}\n{whole.Details}\n{cut.Details}\n{Encoding.Latin1.GetString(bytes)}");
        }

        Leniency Sometimes(Leniency what) => random.Next(4) == 0 ? what : Leniency.None;
    }
}
