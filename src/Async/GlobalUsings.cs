global using System.Buffers;
global using System.Net;
global using PollHttp.Core;
