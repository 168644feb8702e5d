namespace GradientCI.Reports;
public sealed class Scratch
{
    [Fact]
    public void Write()
    {
        Directory.CreateDirectory("/tmp/rep");
        foreach (var (name, input) in new[] { ("passing", SampleReports.Passing()), ("failing", SampleReports.Failing()), ("single", SampleReports.Single()), ("silent", SampleReports.Silent()), ("running", SampleReports.Running()), ("large", SampleReports.Large(1000, 1000)) })
        {
            var report = Report.From(input);
            foreach (var f in ReportFormats.All) File.WriteAllText($"/tmp/rep/{name}-{f.FileName}", f.Write(report));
        }
        true.ShouldBeTrue();
    }
}
