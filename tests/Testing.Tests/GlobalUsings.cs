global using System.Buffers;
global using System.Net;
global using System.Net.Security;
global using System.Text;
global using PollHttp.Core;
global using PollHttp.Testing;
global using Xunit;
