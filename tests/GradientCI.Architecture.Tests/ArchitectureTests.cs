namespace GradientCI.Architecture.Tests;

public sealed class ArchitectureTests
{
    private static readonly ArchitectureTable Table = ArchitectureTable.Read(Path.Combine(SourceFiles.Root, "docs", "architecture.md"));

    [Fact]
    public void Every_using_is_allowed_by_the_table()
    {
        var broken = from file in SourceFiles.All()
                     from used in file.Usings
                     let own = Table.RowOf(file.Namespace)
                     let to = Table.RowOf(used) ?? used
                     where own is not null && !Table.Allows(own, to)
                     select $"{file.Path}: {own} may not use {to}";

        broken.ShouldBeEmpty();
    }

    [Fact]
    public void Every_namespace_has_a_row() =>
        SourceFiles.All().Where(file => Table.RowOf(file.Namespace) is null).Select(file => $"{file.Path}: {file.Namespace}").ShouldBeEmpty();

    [Fact]
    public void Every_row_has_code()
    {
        var used = SourceFiles.All().Select(file => Table.RowOf(file.Namespace)).ToHashSet();

        Table.Namespaces.Where(row => !used.Contains(row)).ShouldBeEmpty();
    }

    [Fact]
    public void The_table_has_no_cycle() => Table.FindCycle().ShouldBeNull();

    [Fact]
    public void Namespaces_follow_folders()
    {
        var strays = from file in SourceFiles.All()
                     let parts = Path.GetDirectoryName(file.Path)!.Split('/')
                     let project = parts[1] == "GradientCI.Core" ? "GradientCI" : parts[1]
                     let expected = string.Join('.', [project, .. parts[2..]])
                     where file.Namespace != expected
                     select $"{file.Path}: {file.Namespace}, expected {expected}";

        strays.ShouldBeEmpty();
    }

    [Fact]
    public void No_type_is_called_manager_helper_util_or_impl()
    {
        var vague = from file in SourceFiles.All()
                    let name = Path.GetFileNameWithoutExtension(file.Path)
                    where new[] { "Manager", "Helper", "Helpers", "Util", "Utils", "Utility", "Impl" }.Any(word => name.EndsWith(word, StringComparison.Ordinal))
                    select file.Path;

        vague.ShouldBeEmpty();
    }

    [Fact]
    public void Files_stay_small()
    {
        var lengths = SourceFiles.All().Select(file => (file.Path, Lines: file.Text.Count(each => each == '\n'))).OrderBy(file => file.Lines).ToList();

        lengths[lengths.Count / 2].Lines.ShouldBeLessThanOrEqualTo(80);
        lengths[lengths.Count * 9 / 10].Lines.ShouldBeLessThanOrEqualTo(200);
        lengths.Where(file => file.Lines > 400).Select(file => file.Path).ShouldBeEmpty();
    }
}
